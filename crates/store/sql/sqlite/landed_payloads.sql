SELECT hash, source, subject, fetched_at FROM raw_payload ORDER BY payload_id
