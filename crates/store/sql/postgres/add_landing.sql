-- A landing, unless these very bytes are what the source had of the subject already.
INSERT INTO landing (payload_id, source, subject, fetched_at, etag, attempt_id)
SELECT $1, $2, $3, $4, $5, $6
WHERE $1 IS DISTINCT FROM (SELECT payload_id FROM landing WHERE source = $2 AND subject = $3
                           ORDER BY landing_id DESC LIMIT 1)
