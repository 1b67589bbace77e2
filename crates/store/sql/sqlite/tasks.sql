-- The tasks of some partitions, which come as a JSON array.
SELECT step, partition, state, category, why, until, fingerprint, output_id, updated_at
FROM task
WHERE partition IN (SELECT value FROM json_each(:partitions))
ORDER BY task_id
