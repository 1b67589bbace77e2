-- Every task whose last attempt failed, oldest news first.
SELECT step, partition, state, category, why, until, fingerprint, output_id, updated_at
FROM task
WHERE state = 'failed'
ORDER BY updated_at, task_id
