-- A player's newest games known at a cutoff, each with the payload of its box score as it was known then.
SELECT {columns}, t.known_at, t.provenance, raw_payload.hash, raw_payload.subject
FROM player_game_summary AS t
JOIN box_score AS b ON b.game_id = t.game_id AND b.player_id = t.player_id
    AND b.version = (SELECT max(n.version) FROM box_score AS n
                     WHERE n.game_id = b.game_id AND n.player_id = b.player_id AND n.known_at <= $2)
JOIN raw_payload ON raw_payload.payload_id = b.payload_id
WHERE t.player_id = $1 AND t.known_at <= $2
    AND t.version = (SELECT n.version FROM player_game_summary AS n
                     WHERE n.player_id = t.player_id AND n.game_id = t.game_id AND n.known_at <= $2
                     ORDER BY n.known_at DESC, n.version DESC LIMIT 1)
ORDER BY t.slate DESC LIMIT 10
