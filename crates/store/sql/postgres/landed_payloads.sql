-- Every landing, in order, and whether the same bytes of the same source had landed before.
SELECT hash, landing.source, landing.subject, landing.fetched_at,
       CASE WHEN EXISTS (SELECT 1 FROM landing AS earlier
                         WHERE earlier.payload_id = landing.payload_id AND earlier.source = landing.source
                           AND earlier.landing_id < landing.landing_id)
            THEN 1::bigint ELSE 0::bigint END
FROM landing JOIN raw_payload USING (payload_id) ORDER BY landing_id
