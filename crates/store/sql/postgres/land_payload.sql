-- Payloads that are not there yet, in the order in which they landed.
COPY raw_payload (hash, source, subject, fetched_at, encoding, size, body, attempt_id) FROM STDIN (FORMAT binary)
