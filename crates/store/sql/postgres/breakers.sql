-- The breakers that are not simply closed.
SELECT name, state, failures, until, since, times, why FROM breaker
