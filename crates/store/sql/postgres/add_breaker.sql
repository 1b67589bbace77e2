-- A breaker that was simply closed, unless somebody else was first.
INSERT INTO breaker (name, state, failures, until, since, times, why, held_by)
VALUES (:name, :state, :failures, :until, :since, :times, :why, :held_by)
ON CONFLICT (name) DO NOTHING
