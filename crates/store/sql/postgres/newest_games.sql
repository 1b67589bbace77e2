-- The schedule, newest version of each game.
SELECT {columns} FROM game AS t
WHERE version = (SELECT max(version) FROM game AS n WHERE n.game_id = t.game_id)
ORDER BY game_id
