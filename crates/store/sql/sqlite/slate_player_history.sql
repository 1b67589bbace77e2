-- Three years of every player who was listed by one of these teams within an off-season, or has a line tonight:
-- the whole slate's history in one query.
SELECT {columns}, t.known_at, t.provenance FROM player_game_summary AS t
WHERE t.player_id IN (
        SELECT player_id FROM player_game_summary
        WHERE team IN (SELECT value FROM json_each(:teams)) AND slate BETWEEN :listed_from AND :slate
        UNION
        SELECT player_id FROM prop_line WHERE game_id IN (SELECT game_id FROM game WHERE slate = :slate)
    )
    AND t.slate BETWEEN :first AND :slate AND t.known_at <= :cutoff
ORDER BY {key}, t.known_at, t.version
