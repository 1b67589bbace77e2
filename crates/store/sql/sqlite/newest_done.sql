-- The newest successful attempt of every step.
SELECT attempt.attempt_id, task.step, task.partition, attempt.worker, attempt.ready_at, attempt.started_at, attempt.ended_at,
       attempt.outcome, attempt.category, attempt.message, attempt.number, attempt.lease_until, attempt.stage,
       attempt.stage_done, attempt.stage_total, attempt.progressed_at, attempt.rows_written, attempt.fetch_micros,
       attempt.compute_micros, attempt.write_micros
FROM (SELECT max(newest_attempt) AS attempt_id FROM step_day GROUP BY step) AS newest
JOIN attempt USING (attempt_id) JOIN task USING (task_id)
ORDER BY attempt.step
