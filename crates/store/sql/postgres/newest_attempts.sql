-- The newest attempt of each task of some partitions.
SELECT attempt.attempt_id, task.step, task.partition, attempt.started_at, attempt.ended_at, attempt.outcome,
       attempt.category, attempt.message, attempt.rows_written
FROM task
JOIN attempt ON attempt.attempt_id = (SELECT max(attempt_id) FROM attempt WHERE attempt.task_id = task.task_id)
WHERE task.partition = ANY($1)
ORDER BY attempt.attempt_id
