-- Attempts of one step or all of them, failed ones or all, newest first.
SELECT attempt.attempt_id, task.step, task.partition, attempt.worker, attempt.ready_at, attempt.started_at, attempt.ended_at,
       attempt.outcome, attempt.category, attempt.message, attempt.number, attempt.lease_until, attempt.stage,
       attempt.stage_done, attempt.stage_total, attempt.progressed_at, attempt.rows_written, attempt.fetch_micros,
       attempt.compute_micros, attempt.write_micros
FROM attempt JOIN task USING (task_id)
WHERE (:step IS NULL OR attempt.step = :step) AND attempt.started_at >= :since
  AND (:which = 'all' OR attempt.outcome = 'failed')
ORDER BY attempt.attempt_id DESC
LIMIT :at_most
