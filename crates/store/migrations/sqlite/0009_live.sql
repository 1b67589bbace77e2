-- Every landing. The same bytes may land again after others did, and say something new then: that somebody is hurt again.

CREATE TABLE landing (
    landing_id INTEGER PRIMARY KEY,
    payload_id INTEGER NOT NULL REFERENCES raw_payload (payload_id),
    source TEXT NOT NULL,
    subject TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    -- The provider's own name for this version, to ask whether there is another.
    etag TEXT,
    attempt_id INTEGER NOT NULL REFERENCES attempt (attempt_id)
) STRICT;
CREATE INDEX landing_by_subject ON landing (source, subject, landing_id);
CREATE INDEX landing_by_payload ON landing (payload_id, source, landing_id);

INSERT INTO landing (payload_id, source, subject, fetched_at, attempt_id)
SELECT payload_id, source, subject, fetched_at, attempt_id FROM raw_payload ORDER BY payload_id;

-- What live providers were asked, a row a provider and day.
CREATE TABLE provider_day (
    provider TEXT NOT NULL,
    day TEXT NOT NULL,
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    took INTEGER NOT NULL,
    answered_at INTEGER,
    failed_at INTEGER,
    problem TEXT,
    quota_used INTEGER,
    quota_left INTEGER,
    PRIMARY KEY (provider, day)
) STRICT, WITHOUT ROWID;
