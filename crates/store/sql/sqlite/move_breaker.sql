-- A breaker that stands as it was read.
UPDATE breaker SET state = :state, failures = :failures, until = :until, since = :since, times = :times, why = :why,
    held_by = :held_by
WHERE name = :name AND state = :was_state AND failures = :was_failures AND until IS :was_until AND times = :was_times
