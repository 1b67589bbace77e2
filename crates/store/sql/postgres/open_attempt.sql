-- Opens an attempt of a task that nobody holds, and tells its number.
INSERT INTO attempt (task_id, started_at, outcome)
SELECT task_id, $1, 'open' FROM task WHERE step = $2 AND partition = $3 AND open_attempt IS NULL
RETURNING attempt_id
