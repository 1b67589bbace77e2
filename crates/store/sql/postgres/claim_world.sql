-- Marks whose data this store holds, unless it is marked already.
INSERT INTO store_identity (one, world) VALUES (1, $1) ON CONFLICT (one) DO NOTHING
