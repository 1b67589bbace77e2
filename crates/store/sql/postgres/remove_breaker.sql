-- A breaker that stands as it was read is simply closed from now on.
DELETE FROM breaker
WHERE name = :name AND state = :was_state AND failures = :was_failures AND until IS NOT DISTINCT FROM :was_until AND times = :was_times
