SELECT source, subject, fetched_at, encoding, size, body FROM raw_payload WHERE hash = :hash
