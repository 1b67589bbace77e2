-- What was told of a slate's line-ups by a cutoff, every version.
SELECT {columns}, t.known_at, t.provenance, t.version FROM lineup_spot AS t
WHERE t.game_id IN (SELECT game_id FROM game WHERE slate = $1) AND t.slate = $1 AND t.known_at <= $2
ORDER BY {key}, t.version
