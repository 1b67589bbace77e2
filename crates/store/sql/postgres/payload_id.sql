-- The rows of payloads by their hashes.
SELECT hash, payload_id FROM raw_payload WHERE hash = ANY($1)
