-- Alerts, what people were told of them, and how each route took it.

CREATE TABLE alert (
    alert_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause TEXT COLLATE "C" NOT NULL CHECK (cause IN ('task_dead', 'task_late', 'will_be_late', 'attempt_silent', 'attempt_lost',
        'breaker_open', 'retry_budget_spent', 'tick_missed', 'nothing_happened', 'slowdown_critical', 'dead_letter_old',
        'route_silent', 'store_trouble', 'disk_full', 'clock_stepped')),
    subject TEXT COLLATE "C" NOT NULL,
    opened_at BIGINT NOT NULL,
    held_at BIGINT NOT NULL,
    resolved_at BIGINT,
    severity TEXT COLLATE "C" NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    slas TEXT COLLATE "C" NOT NULL,         -- a JSON object: deadlines by name
    subjects TEXT COLLATE "C" NOT NULL,     -- a JSON array
    subject_count BIGINT NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    what_to_do TEXT COLLATE "C" NOT NULL,
    told_severity TEXT COLLATE "C" CHECK (told_severity IN ('info', 'warning', 'critical')),
    told_slas TEXT COLLATE "C",             -- a JSON array
    UNIQUE (cause, subject, opened_at),
    CHECK ((told_severity IS NULL) = (told_slas IS NULL))
);
-- One open alert of a root at most, whoever forgets it.
CREATE UNIQUE INDEX alert_open ON alert (cause, subject) WHERE resolved_at IS NULL;
CREATE INDEX alert_by_opening ON alert (opened_at);

CREATE TABLE notification (
    notification_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name BYTEA NOT NULL UNIQUE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('opened', 'escalated', 'resolved', 'aggregate', 'synthetic')),
    at BIGINT NOT NULL
);
CREATE INDEX notification_by_instant ON notification (at);

-- What a notification tells: a change in an alert, and the alert as it then was.
CREATE TABLE news (
    notification_id BIGINT NOT NULL REFERENCES notification (notification_id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    change TEXT COLLATE "C" NOT NULL CHECK (change IN ('opened', 'escalated', 'resolved')),
    cause TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    opened_at BIGINT NOT NULL,
    held_at BIGINT NOT NULL,
    resolved_at BIGINT,
    severity TEXT COLLATE "C" NOT NULL,
    slas TEXT COLLATE "C" NOT NULL,
    subjects TEXT COLLATE "C" NOT NULL,
    subject_count BIGINT NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    what_to_do TEXT COLLATE "C" NOT NULL,
    told_severity TEXT COLLATE "C",
    told_slas TEXT COLLATE "C",
    PRIMARY KEY (notification_id, place)
);

CREATE TABLE delivery (
    delivery_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notification_id BIGINT NOT NULL REFERENCES notification (notification_id) ON DELETE CASCADE,
    route TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    tried_at BIGINT,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'undelivered' CHECK (state IN ('undelivered', 'delivered', 'outdated')),
    error TEXT COLLATE "C",
    delivered_at BIGINT,
    UNIQUE (notification_id, route),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)),
    CHECK (error IS NULL OR state = 'undelivered')
);
CREATE INDEX delivery_due ON delivery (delivery_id) WHERE state = 'undelivered';
