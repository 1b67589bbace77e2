-- The provider's name for what landed last of a subject.
SELECT etag FROM landing WHERE source = $1 AND subject = $2 ORDER BY landing_id DESC LIMIT 1
