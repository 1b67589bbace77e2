-- A key opens nothing any more.
UPDATE api_key SET revoked_at = :revoked_at WHERE name = :name AND revoked_at IS NULL
