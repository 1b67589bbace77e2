-- Every key, revoked ones too.
SELECT name, role, digest, created_at, revoked_at FROM api_key ORDER BY created_at, name
