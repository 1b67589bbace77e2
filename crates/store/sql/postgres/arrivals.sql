-- The payloads that first told of the final scores and box scores of the games of some slates: when each landed and was
-- first parsed, by whichever version of its parser (an array).
WITH told AS MATERIALIZED (
    SELECT score.game_id, score.payload_id, score.known_at, score.provenance
    FROM game JOIN final_score AS score USING (game_id)
    WHERE game.slate BETWEEN $1 AND $2 AND score.version = 1
    UNION
    SELECT box.game_id, box.payload_id, min(box.known_at), min(box.provenance)
    FROM game JOIN box_score AS box USING (game_id)
    WHERE game.slate BETWEEN $1 AND $2 AND box.version = 1
    GROUP BY box.game_id, box.payload_id),
payload AS MATERIALIZED (
    SELECT raw.payload_id, raw.fetched_at, landing.ended_at AS landed_at,
           (SELECT min(parsing.ended_at) FROM task JOIN attempt AS parsing USING (task_id)
            WHERE task.step = 'process' AND parsing.outcome = 'done' AND task.partition IN (
                SELECT 'payload ' || raw.source || '.' || parser || ' ' || encode(raw.hash, 'hex')
                FROM unnest($3::bigint[]) AS parser)) AS processed_at
    FROM raw_payload AS raw JOIN attempt AS landing USING (attempt_id)
    WHERE raw.payload_id IN (SELECT payload_id FROM told))
SELECT {columns}, told.known_at, told.provenance, payload.fetched_at, payload.landed_at, payload.processed_at
FROM game AS t JOIN told ON told.game_id = t.game_id JOIN payload ON payload.payload_id = told.payload_id
WHERE t.slate BETWEEN $1 AND $2 AND t.version = (SELECT max(n.version) FROM game AS n WHERE n.game_id = t.game_id)
ORDER BY t.slate, t.game_id, payload.payload_id
