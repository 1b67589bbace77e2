-- Documents and models are found without their bodies being read. A table without a rowid is a tree of whole rows: every
-- comparison on the way down read a body of half a megabyte, and a season of documents took minutes to find one.

CREATE TABLE document_by_rowid (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    path TEXT NOT NULL,
    twin TEXT NOT NULL,
    slate TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL,
    PRIMARY KEY (output_id, path)
) STRICT;
INSERT INTO document_by_rowid SELECT output_id, path, twin, slate, hash, body FROM published_document;
DROP TABLE published_document;
ALTER TABLE document_by_rowid RENAME TO published_document;
CREATE TRIGGER published_document_is_final BEFORE UPDATE ON published_document BEGIN SELECT raise(ABORT, 'published documents are append-only'); END;
CREATE TRIGGER published_document_stays BEFORE DELETE ON published_document BEGIN SELECT raise(ABORT, 'published documents are append-only'); END;
CREATE INDEX published_document_by_slate ON published_document (slate, output_id);
CREATE INDEX published_document_by_twin ON published_document (twin, slate, output_id);

CREATE TABLE model_by_rowid (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    schema TEXT NOT NULL,
    trained_through INTEGER NOT NULL,
    training_rows INTEGER NOT NULL,
    card TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (output_id, market, system)
) STRICT;
INSERT INTO model_by_rowid
SELECT output_id, market, system, schema, trained_through, training_rows, card, body, hash FROM model_artifact;
DROP TABLE model_artifact;
ALTER TABLE model_by_rowid RENAME TO model_artifact;
CREATE INDEX model_artifact_by_time ON model_artifact (trained_through, output_id);

-- The names that nobody bore, without every payload being looked at.
CREATE INDEX reject_by_reason ON reject (reason, attempt_id);
