-- Renews leases and notes progress, an array a column. Returns the attempts that are still open.
UPDATE attempt
SET lease_until = beat.lease_until, stage = beat.stage, stage_done = beat.done, stage_total = beat.total,
    progressed_at = beat.progressed_at
FROM unnest(:attempt::bigint[], :lease_until::bigint[], :stage::text[], :done::bigint[], :total::bigint[],
    :progressed_at::bigint[]) AS beat (attempt, lease_until, stage, done, total, progressed_at)
WHERE attempt_id = beat.attempt AND outcome = 'open'
RETURNING attempt_id
