-- Alerts, what people were told of them, and how each route took it.

CREATE TABLE alert (
    alert_id INTEGER PRIMARY KEY,
    cause TEXT NOT NULL CHECK (cause IN ('task_dead', 'task_late', 'will_be_late', 'attempt_silent', 'attempt_lost',
        'breaker_open', 'retry_budget_spent', 'tick_missed', 'nothing_happened', 'slowdown_critical', 'dead_letter_old',
        'route_silent', 'store_trouble', 'disk_full', 'clock_stepped')),
    subject TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    held_at INTEGER NOT NULL,
    resolved_at INTEGER,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    slas TEXT NOT NULL,         -- a JSON object: deadlines by name
    subjects TEXT NOT NULL,     -- a JSON array
    subject_count INTEGER NOT NULL,
    message TEXT NOT NULL,
    what_to_do TEXT NOT NULL,
    told_severity TEXT CHECK (told_severity IN ('info', 'warning', 'critical')),
    told_slas TEXT,             -- a JSON array
    UNIQUE (cause, subject, opened_at),
    CHECK ((told_severity IS NULL) = (told_slas IS NULL))
) STRICT;
-- One open alert of a root at most, whoever forgets it.
CREATE UNIQUE INDEX alert_open ON alert (cause, subject) WHERE resolved_at IS NULL;
CREATE INDEX alert_by_opening ON alert (opened_at);

CREATE TABLE notification (
    notification_id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'escalated', 'resolved', 'aggregate', 'synthetic')),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX notification_by_instant ON notification (at);

-- What a notification tells: a change in an alert, and the alert as it then was.
CREATE TABLE news (
    notification_id INTEGER NOT NULL REFERENCES notification (notification_id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('opened', 'escalated', 'resolved')),
    cause TEXT NOT NULL,
    subject TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    held_at INTEGER NOT NULL,
    resolved_at INTEGER,
    severity TEXT NOT NULL,
    slas TEXT NOT NULL,
    subjects TEXT NOT NULL,
    subject_count INTEGER NOT NULL,
    message TEXT NOT NULL,
    what_to_do TEXT NOT NULL,
    told_severity TEXT,
    told_slas TEXT,
    PRIMARY KEY (notification_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
    delivery_id INTEGER PRIMARY KEY,
    notification_id INTEGER NOT NULL REFERENCES notification (notification_id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER,
    state TEXT NOT NULL DEFAULT 'undelivered' CHECK (state IN ('undelivered', 'delivered', 'outdated')),
    error TEXT,
    delivered_at INTEGER,
    UNIQUE (notification_id, route),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)),
    CHECK (error IS NULL OR state = 'undelivered')
) STRICT;
CREATE INDEX delivery_due ON delivery (delivery_id) WHERE state = 'undelivered';
