-- The payload that first told of a line.
SELECT raw_payload.hash, raw_payload.subject
FROM prop_line AS t JOIN raw_payload ON raw_payload.payload_id = t.payload_id
WHERE t.game_id = $1 AND t.player_id = $2 AND t.market = $3 AND t.book = $4
    AND t.half_points = $5 AND t.observed_at = $6
ORDER BY t.version LIMIT 1
