-- The tasks of some partitions, which come as an array.
SELECT step, partition, state, category, why, until, fingerprint, output_id, updated_at
FROM task
WHERE partition = ANY($1)
ORDER BY task_id
