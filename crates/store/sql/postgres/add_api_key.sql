-- A key under a name that no other bears or bore.
INSERT INTO api_key (name, role, digest, created_at, revoked_at)
VALUES (:name, :role, :digest, :created_at, :revoked_at)
ON CONFLICT (name) DO NOTHING
