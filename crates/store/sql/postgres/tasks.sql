-- The tasks of some partitions, which come as an array.
SELECT step, partition, state, category, why, instant, step_version, needs, outside, lane, priority, fingerprint, wanted,
       output_id, failures, wanted_since, updated_at, revision
FROM task
WHERE partition = ANY (:partitions)
ORDER BY task_id
