-- Tasks and attempts of many workers: leases, retries, dead letters, lanes, breakers. SQLite cannot widen a CHECK, so
-- both tables are made anew; foreign keys are off while a migration runs and checked at its end.

CREATE TABLE task_new (
    task_id INTEGER PRIMARY KEY,
    step TEXT NOT NULL,
    partition TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'not_yet', 'nothing', 'ready', 'running', 'done', 'empty_ok',
        'retry_at', 'snoozed', 'dead', 'cancelled')),
    category TEXT CHECK (category IN ('no_data_available', 'upstream_failure', 'processing_error', 'timeout',
        'configuration_error', 'blocked_by_guard', 'lost')),
    why TEXT,
    instant INTEGER,            -- ready since, or waiting until
    claimable_from INTEGER,
    step_version INTEGER NOT NULL DEFAULT 0,
    needs TEXT NOT NULL DEFAULT '[]',
    outside BLOB,
    lane TEXT,
    priority INTEGER NOT NULL DEFAULT 0,
    fingerprint BLOB,
    wanted BLOB,
    output_id INTEGER REFERENCES attempt (attempt_id),
    open_attempt INTEGER REFERENCES attempt (attempt_id),
    failures INTEGER NOT NULL DEFAULT 0,
    wanted_since INTEGER,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (step, partition),
    CHECK ((state IN ('retry_at', 'dead')) = (category IS NOT NULL)),
    CHECK ((state = 'running') = (open_attempt IS NOT NULL)),
    CHECK ((state IN ('ready', 'retry_at', 'snoozed')) = (claimable_from IS NOT NULL)),
    CHECK (state <> 'done' OR output_id IS NOT NULL)
) STRICT;

-- What was running when the old program stopped is lost; what had failed is a dead letter until somebody asks for it.
INSERT INTO task_new (task_id, step, partition, state, category, why, instant, fingerprint, output_id, updated_at)
SELECT task_id, step, partition,
       CASE WHEN state = 'failed' THEN 'dead'
            WHEN state = 'running' THEN 'planned'
            WHEN state = 'nothing' AND fingerprint IS NOT NULL THEN 'empty_ok'
            ELSE state END,
       category, why, until, fingerprint, output_id, updated_at
FROM task;

CREATE TABLE attempt_new (
    attempt_id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL REFERENCES task (task_id),
    step TEXT NOT NULL,
    worker TEXT NOT NULL,
    ready_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('open', 'done', 'nothing', 'snoozed', 'returned', 'cancelled', 'failed')),
    category TEXT CHECK (category IN ('no_data_available', 'upstream_failure', 'processing_error', 'timeout',
        'configuration_error', 'blocked_by_guard', 'lost')),
    message TEXT,
    number INTEGER NOT NULL,    -- 1 for the original, more for retries
    lease_until INTEGER NOT NULL,
    stage TEXT,
    stage_done INTEGER,
    stage_total INTEGER,
    progressed_at INTEGER,
    rows_read INTEGER,
    rows_written INTEGER NOT NULL DEFAULT 0,
    fetch_micros INTEGER NOT NULL DEFAULT 0,
    compute_micros INTEGER NOT NULL DEFAULT 0,
    write_micros INTEGER NOT NULL DEFAULT 0,
    output_digest BLOB,
    CHECK ((outcome = 'open') = (ended_at IS NULL)),
    CHECK ((outcome = 'failed') = (category IS NOT NULL))
) STRICT;

INSERT INTO attempt_new (attempt_id, task_id, step, worker, ready_at, started_at, ended_at, outcome, category, message,
    number, lease_until, rows_read, rows_written, output_digest)
SELECT attempt_id, attempt.task_id, task.step, 'before leases', started_at, started_at, coalesce(ended_at, started_at),
       CASE outcome WHEN 'open' THEN 'failed' ELSE outcome END,
       CASE outcome WHEN 'open' THEN 'lost' ELSE attempt.category END,
       message, 1, started_at, rows_read, rows_written, output_digest
FROM attempt JOIN task USING (task_id);

DROP TABLE attempt;
DROP TABLE task;
ALTER TABLE attempt_new RENAME TO attempt;
ALTER TABLE task_new RENAME TO task;

CREATE INDEX task_by_partition ON task (partition);
CREATE INDEX task_claimable ON task (priority, claimable_from, task_id) WHERE claimable_from IS NOT NULL;
CREATE INDEX task_unsettled ON task (state) WHERE state IN ('ready', 'running', 'retry_at', 'snoozed', 'dead', 'cancelled');
-- One attempt at a time in a lane, whoever forgets it.
CREATE UNIQUE INDEX task_lane_taken ON task (lane) WHERE open_attempt IS NOT NULL AND lane IS NOT NULL;
-- An attempt holds one task, and settling finds it.
CREATE UNIQUE INDEX task_held ON task (open_attempt) WHERE open_attempt IS NOT NULL;
CREATE INDEX attempt_by_task ON attempt (task_id, attempt_id);
CREATE INDEX attempt_open ON attempt (attempt_id) WHERE outcome = 'open';
CREATE INDEX attempt_by_step ON attempt (step, started_at);
-- Whoever removes an attempt must know at once that nothing refers to it.
CREATE INDEX task_by_output ON task (output_id);
CREATE INDEX attempt_input_by_output ON attempt_input (output_id);
CREATE INDEX raw_payload_by_attempt ON raw_payload (attempt_id);

CREATE TABLE breaker (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'probing')),
    failures INTEGER NOT NULL,
    until INTEGER,
    since INTEGER,
    times INTEGER NOT NULL,
    why TEXT,
    CHECK ((state = 'closed') = (until IS NULL))
) STRICT, WITHOUT ROWID;
