-- Every landing. The same bytes may land again after others did, and say something new then: that somebody is hurt again.

CREATE TABLE landing (
    landing_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payload_id BIGINT NOT NULL REFERENCES raw_payload (payload_id),
    source TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    fetched_at BIGINT NOT NULL,
    -- The provider's own name for this version, to ask whether there is another.
    etag TEXT COLLATE "C",
    attempt_id BIGINT NOT NULL REFERENCES attempt (attempt_id)
);
CREATE INDEX landing_by_subject ON landing (source, subject, landing_id);
CREATE INDEX landing_by_payload ON landing (payload_id, source, landing_id);

INSERT INTO landing (payload_id, source, subject, fetched_at, attempt_id)
SELECT payload_id, source, subject, fetched_at, attempt_id FROM raw_payload ORDER BY payload_id;

-- What live providers were asked, a row a provider and day.
CREATE TABLE provider_day (
    provider TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    asked BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    took BIGINT NOT NULL,
    answered_at BIGINT,
    failed_at BIGINT,
    problem TEXT COLLATE "C",
    quota_used BIGINT,
    quota_left BIGINT,
    PRIMARY KEY (provider, day)
);
