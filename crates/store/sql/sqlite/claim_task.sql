-- Takes a task nobody holds.
UPDATE task
SET state = 'running', category = NULL, why = NULL, until = NULL, open_attempt = :attempt, updated_at = :now
WHERE step = :step AND partition = :partition AND open_attempt IS NULL
