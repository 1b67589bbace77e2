-- What people do by hand, with which keys, and what they hold. SQLite cannot widen a CHECK, so the breakers are made anew.

CREATE TABLE breaker_new (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'probing', 'held')),
    failures INTEGER NOT NULL,
    until INTEGER,
    since INTEGER,
    times INTEGER NOT NULL,
    why TEXT,
    held_by TEXT,
    CHECK ((state IN ('closed', 'held')) = (until IS NULL)),
    CHECK ((state = 'held') = (held_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO breaker_new SELECT name, state, failures, until, since, times, why, NULL FROM breaker;
DROP TABLE breaker;
ALTER TABLE breaker_new RENAME TO breaker;

CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE api_key (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('read', 'operate', 'admin')),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
