-- A slate's documents, and the newest copies, are found by index.

CREATE INDEX published_document_by_slate ON published_document (slate, output_id);
CREATE INDEX published_document_by_twin ON published_document (twin, slate, output_id);

-- The names that nobody bore, without every payload being looked at.
CREATE INDEX reject_by_reason ON reject (reason, attempt_id);
