-- Payloads without their bytes, with what the newest parsing could not resolve.
SELECT hash, source, subject, fetched_at,
       (SELECT coalesce(sum(reject_count.count), 0)
        FROM task JOIN reject_count ON reject_count.attempt_id = task.output_id
        WHERE task.step = 'process' AND task.partition = 'payload ' || source || ' ' || lower(hex(hash))
            AND reject_count.reason IN ('unknown_game', 'unresolved_player'))
FROM raw_payload ORDER BY payload_id
