-- Describes rows that could not be used.
INSERT INTO reject (attempt_id, reason, row_number, detail)
SELECT $1, one.reason, one.row_number, one.detail
FROM unnest($2::text[], $3::bigint[], $4::text[]) AS one (reason, row_number, detail)
