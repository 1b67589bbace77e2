-- Every task that is neither settled nor merely too early, oldest news first.
SELECT step, partition, state, category, why, instant, step_version, needs, outside, lane, priority, fingerprint, wanted,
       output_id, failures, wanted_since, updated_at, revision
FROM task
WHERE state IN ('ready', 'running', 'retry_at', 'snoozed', 'dead', 'cancelled')
ORDER BY updated_at, task_id
