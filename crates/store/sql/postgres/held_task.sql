-- The task an attempt still holds, locked until it is settled: its current output, and that output's digest.
SELECT task.output_id, current.output_digest
FROM task LEFT JOIN attempt AS current ON current.attempt_id = task.output_id
WHERE task.open_attempt = :attempt
FOR UPDATE OF task
