-- Every payload by name, in order of landing.
SELECT hash, source, subject, fetched_at FROM raw_payload ORDER BY payload_id
