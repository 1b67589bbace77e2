-- Counts additions to a kind of fact about a slate.
INSERT INTO fact_revision (fact, slate, revision) VALUES (:fact, :slate, :added)
ON CONFLICT (fact, slate) DO UPDATE SET revision = revision + excluded.revision
