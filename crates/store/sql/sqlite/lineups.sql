-- What was told of a slate's line-ups by a cutoff, every version.
SELECT {columns}, t.known_at, t.provenance, t.version FROM lineup_spot AS t
WHERE t.game_id IN (SELECT game_id FROM game WHERE slate = :slate) AND t.slate = :slate AND t.known_at <= :cutoff
ORDER BY {key}, t.version
