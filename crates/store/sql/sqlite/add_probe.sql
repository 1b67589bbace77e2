-- Something to read back.
INSERT INTO probe (at) VALUES (:at) ON CONFLICT (at) DO NOTHING
