-- Notes what was conspicuous about a payload.
INSERT INTO payload_finding (attempt_id, finding, verdict, detail)
SELECT $1, one.finding, one.verdict, one.detail
FROM unnest($2::text[], $3::text[], $4::text[]) AS one (finding, verdict, detail)
