-- A provider's quota may be told to be nearly spent.

CREATE TABLE alert_anew (
    alert_id INTEGER PRIMARY KEY,
    cause TEXT NOT NULL CHECK (cause IN ('task_dead', 'task_late', 'will_be_late', 'attempt_silent', 'attempt_lost',
        'breaker_open', 'quota_low', 'retry_budget_spent', 'tick_missed', 'nothing_happened', 'slowdown_critical',
        'dead_letter_old', 'route_silent', 'store_trouble', 'disk_full', 'clock_stepped')),
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
INSERT INTO alert_anew SELECT * FROM alert;
DROP TABLE alert;
ALTER TABLE alert_anew RENAME TO alert;
-- One open alert of a root at most, whoever forgets it.
CREATE UNIQUE INDEX alert_open ON alert (cause, subject) WHERE resolved_at IS NULL;
CREATE INDEX alert_by_opening ON alert (opened_at);
