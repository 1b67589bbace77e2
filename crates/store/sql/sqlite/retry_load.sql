-- What a step was asked since an instant: first attempts; attempts after a failure, and those that were promised.
-- The + leaves the planner the index of what can be claimed: it would walk all tasks of the step.
SELECT count(*) FILTER (WHERE number = 1),
       count(*) FILTER (WHERE number > 1)
         + (SELECT count(*) FROM task WHERE claimable_from IS NOT NULL AND +step = :step AND state = 'retry_at')
FROM attempt WHERE step = :step AND started_at >= :since
