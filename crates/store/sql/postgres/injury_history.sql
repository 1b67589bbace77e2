-- The injury log of some dates, every entry known at the cutoff.
SELECT {columns}, t.known_at, t.provenance, t.version FROM injury_event AS t
WHERE t.slate BETWEEN $1 AND $2 AND t.known_at <= $3
ORDER BY {key}, t.version
