SELECT payload_id FROM raw_payload WHERE hash = :hash
