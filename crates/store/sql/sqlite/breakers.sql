-- The breakers that are not simply closed.
SELECT name, state, failures, until, since, times, why, held_by FROM breaker
