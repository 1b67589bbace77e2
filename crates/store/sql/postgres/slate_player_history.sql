-- Three years of every player who was listed by one of these teams within an off-season, or has a line tonight:
-- the whole slate's history in one query, one range of the table. The teams ($2) come as an array.
WITH candidate (player_id) AS MATERIALIZED (
    SELECT player_id FROM player_game_summary
    WHERE slate BETWEEN $1 AND $5 AND team = ANY($2)
    UNION
    SELECT player_id FROM prop_line WHERE game_id IN (SELECT game_id FROM game WHERE slate = $5)
)
SELECT {columns}, t.known_at, t.provenance, t.version FROM player_game_summary AS t
WHERE t.slate BETWEEN $3 AND $5 AND t.player_id IN (SELECT player_id FROM candidate) AND t.known_at <= $4
ORDER BY {key}, t.version
