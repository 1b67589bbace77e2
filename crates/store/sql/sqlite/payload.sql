-- A payload as a source landed it: for the first time, or again at an instant.
SELECT landing.source, landing.subject, landing.fetched_at, etag, encoding, body
FROM raw_payload JOIN landing USING (payload_id)
WHERE hash = :hash AND landing.source = :source AND (:again IS NULL OR landing.fetched_at = :again)
ORDER BY landing_id LIMIT 1
