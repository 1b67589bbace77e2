-- Scheduled games of some slates, every version known by the cutoff.
SELECT {columns}, t.known_at, t.provenance, t.version FROM game AS t
WHERE t.game_id IN (SELECT game_id FROM game WHERE slate BETWEEN $1 AND $2) AND t.known_at <= $3
ORDER BY {key}, t.version
