-- The newest attempt of each task of some partitions, which come as an array.
SELECT attempt.attempt_id, task.step, task.partition, attempt.worker, attempt.ready_at, attempt.started_at, attempt.ended_at,
       attempt.outcome, attempt.category, attempt.message, attempt.number, attempt.lease_until, attempt.stage,
       attempt.stage_done, attempt.stage_total, attempt.progressed_at, attempt.rows_written, attempt.fetch_micros,
       attempt.compute_micros, attempt.write_micros
FROM task
JOIN attempt ON attempt.attempt_id = (SELECT max(attempt_id) FROM attempt WHERE attempt.task_id = task.task_id)
WHERE task.partition = ANY (:partitions)
ORDER BY task.task_id
