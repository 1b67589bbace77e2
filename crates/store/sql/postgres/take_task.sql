-- Gives tasks to attempts, an array a column.
UPDATE task
SET state = 'running', category = NULL, why = NULL, instant = NULL, claimable_from = NULL, open_attempt = taken.attempt,
    updated_at = :now, revision = revision + 1
FROM unnest(:task::bigint[], :attempt::bigint[]) AS taken (task, attempt)
WHERE task_id = taken.task AND open_attempt IS NULL
