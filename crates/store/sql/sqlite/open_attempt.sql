-- Opens an attempt of a task that nobody holds.
INSERT INTO attempt (task_id, started_at, outcome)
SELECT task_id, :now, 'open' FROM task WHERE step = :step AND partition = :partition AND open_attempt IS NULL
