-- Every version of what is known about the games of a slate.
SELECT {columns}, t.known_at, t.provenance, t.version FROM box_score AS t
WHERE t.game_id IN (SELECT game_id FROM game WHERE slate = $1)
ORDER BY {key}, t.version
