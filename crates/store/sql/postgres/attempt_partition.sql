-- The partition an attempt was about.
SELECT task.partition FROM attempt JOIN task USING (task_id) WHERE attempt.attempt_id = $1
