-- A payload as a source landed it: for the first time, or again at an instant.
SELECT landing.source, landing.subject, landing.fetched_at, etag, encoding, body
FROM raw_payload JOIN landing USING (payload_id)
WHERE hash = $1 AND landing.source = $2 AND ($3::bigint IS NULL OR landing.fetched_at = $3)
ORDER BY landing_id LIMIT 1
