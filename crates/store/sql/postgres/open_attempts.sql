-- Every attempt that has not ended, with its task.
SELECT attempt.attempt_id, task.step, task.partition, attempt.worker, attempt.ready_at, attempt.started_at, attempt.ended_at,
       attempt.outcome, attempt.category, attempt.message, attempt.number, attempt.lease_until, attempt.stage,
       attempt.stage_done, attempt.stage_total, attempt.progressed_at, attempt.rows_written, attempt.fetch_micros,
       attempt.compute_micros, attempt.write_micros,
       task.step, task.partition, task.state, task.category, task.why, task.instant, task.step_version, task.needs, task.outside,
       task.lane, task.priority, task.fingerprint, task.wanted, task.output_id, task.failures, task.wanted_since,
       task.updated_at, task.revision
FROM attempt JOIN task USING (task_id)
WHERE attempt.outcome = 'open'
ORDER BY attempt.attempt_id
