-- Renews a lease and notes progress.
UPDATE attempt
SET lease_until = :lease_until, stage = :stage, stage_done = :done, stage_total = :total, progressed_at = :progressed_at
WHERE attempt_id = :attempt AND outcome = 'open'
