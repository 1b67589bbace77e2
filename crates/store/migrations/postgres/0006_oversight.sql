-- What people do by hand, with which keys, and what they hold.

ALTER TABLE breaker DROP CONSTRAINT breaker_state_check, DROP CONSTRAINT breaker_check;
ALTER TABLE breaker
    ADD held_by TEXT COLLATE "C",
    ADD CHECK (state IN ('closed', 'open', 'probing', 'held')),
    ADD CHECK ((state IN ('closed', 'held')) = (until IS NULL)),
    ADD CHECK ((state = 'held') = (held_by IS NOT NULL));

CREATE TABLE audit (
    audit_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail TEXT COLLATE "C" NOT NULL
);

CREATE TABLE api_key (
    name TEXT COLLATE "C" PRIMARY KEY,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('read', 'operate', 'admin')),
    digest BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
