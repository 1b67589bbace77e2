-- A breaker that was simply closed, unless somebody else was first.
INSERT INTO breaker (name, state, failures, until, since, times, why)
VALUES (:name, :state, :failures, :until, :since, :times, :why)
ON CONFLICT (name) DO NOTHING
