-- Takes a task nobody holds.
UPDATE task
SET state = 'running', category = NULL, why = NULL, until = NULL, open_attempt = $1, updated_at = $2
WHERE step = $3 AND partition = $4 AND open_attempt IS NULL
