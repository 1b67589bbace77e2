-- Gives a task to an attempt.
UPDATE task
SET state = 'running', category = NULL, why = NULL, instant = NULL, claimable_from = NULL, open_attempt = :attempt,
    updated_at = :now, revision = revision + 1
WHERE task_id = :task AND open_attempt IS NULL
