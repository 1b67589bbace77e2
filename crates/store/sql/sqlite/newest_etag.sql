-- The provider's name for what landed last of a subject.
SELECT etag FROM landing WHERE source = :source AND subject = :subject ORDER BY landing_id DESC LIMIT 1
