-- A payload by its hash, bytes included.
SELECT source, subject, fetched_at, encoding, size, body FROM raw_payload WHERE hash = $1
