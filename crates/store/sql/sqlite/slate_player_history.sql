-- Three years of every player who was listed by one of these teams within an off-season, or has a line tonight:
-- the whole slate's history in one query, one range of the table.
WITH candidate (player_id) AS MATERIALIZED (
    SELECT player_id FROM player_game_summary
    WHERE slate BETWEEN :listed_from AND :slate AND team IN (SELECT value FROM json_each(:teams))
    UNION
    SELECT player_id FROM prop_line WHERE game_id IN (SELECT game_id FROM game WHERE slate = :slate)
)
SELECT {columns}, t.known_at, t.provenance, t.version FROM player_game_summary AS t
WHERE t.slate BETWEEN :first AND :slate AND t.player_id IN (SELECT player_id FROM candidate) AND t.known_at <= :cutoff
