-- Players by their newest name.
SELECT {columns} FROM player_name AS t
WHERE version = (SELECT max(version) FROM player_name AS n WHERE n.player_id = t.player_id)
ORDER BY player_id
