-- The injury log of some dates, every entry known at the cutoff.
SELECT {columns}, t.known_at, t.provenance, t.version FROM injury_event AS t
WHERE t.slate BETWEEN :first AND :last AND t.known_at <= :cutoff
ORDER BY {key}, t.version
