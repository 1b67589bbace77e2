-- The row of a payload by its hash.
SELECT payload_id FROM raw_payload WHERE hash = :hash
