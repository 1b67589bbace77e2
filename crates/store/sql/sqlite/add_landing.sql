-- A landing, unless these very bytes are what the source had of the subject already.
INSERT INTO landing (payload_id, source, subject, fetched_at, etag, attempt_id)
SELECT :payload, :source, :subject, :fetched_at, :etag, :attempt
WHERE :payload IS NOT (SELECT payload_id FROM landing WHERE source = :source AND subject = :subject
                       ORDER BY landing_id DESC LIMIT 1)
