-- Counts an attempt's rejects by their reasons.
INSERT INTO reject_count (attempt_id, reason, count)
SELECT $1, one.reason, one.count FROM unnest($2::text[], $3::bigint[]) AS one (reason, count)
