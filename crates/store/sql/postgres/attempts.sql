-- Attempts of one step or all of them, failed ones or all, newest first. Each of the three questions has an index of its own.
SELECT attempt.attempt_id, task.step, task.partition, attempt.worker, attempt.ready_at, attempt.started_at, attempt.ended_at,
       attempt.outcome, attempt.category, attempt.message, attempt.number, attempt.lease_until, attempt.stage,
       attempt.stage_done, attempt.stage_total, attempt.progressed_at, attempt.rows_written, attempt.fetch_micros,
       attempt.compute_micros, attempt.write_micros
FROM attempt JOIN task USING (task_id)
WHERE attempt.attempt_id IN (
    SELECT attempt_id FROM (
        SELECT attempt_id FROM attempt WHERE :step::text IS NULL AND :which = 'all' AND started_at >= :since
        ORDER BY attempt_id DESC LIMIT :at_most) AS newest
    UNION ALL
    SELECT attempt_id FROM (
        SELECT attempt_id FROM attempt WHERE step = :step AND :which = 'all' AND started_at >= :since
        ORDER BY started_at DESC, attempt_id DESC LIMIT :at_most) AS of_step
    UNION ALL
    SELECT attempt_id FROM (
        SELECT attempt_id FROM attempt
        WHERE outcome = 'failed' AND :which <> 'all' AND (:step::text IS NULL OR step = :step) AND started_at >= :since
        ORDER BY attempt_id DESC LIMIT :at_most) AS failed
)
ORDER BY attempt.attempt_id DESC
