-- The payload that first told of a line.
SELECT raw_payload.hash, raw_payload.subject
FROM prop_line AS t JOIN raw_payload ON raw_payload.payload_id = t.payload_id
WHERE t.game_id = :game AND t.player_id = :player AND t.market = :market AND t.book = :book
    AND t.half_points = :half_points AND t.observed_at = :observed_at
ORDER BY t.version LIMIT 1
