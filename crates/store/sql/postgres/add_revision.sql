-- Counts additions to a kind of fact about some slates.
INSERT INTO fact_revision (fact, slate, revision)
SELECT $1, added.slate, added.count FROM unnest($2::text[], $3::bigint[]) AS added (slate, count)
ON CONFLICT (fact, slate) DO UPDATE SET revision = fact_revision.revision + excluded.revision
