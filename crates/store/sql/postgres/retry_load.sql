-- What a step was asked since an instant: first attempts, and attempts after a failure.
SELECT count(*) FILTER (WHERE number = 1), count(*) FILTER (WHERE number > 1)
FROM attempt WHERE step = :step AND started_at >= :since
