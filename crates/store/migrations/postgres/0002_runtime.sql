-- Tasks and attempts of many workers: leases, retries, dead letters, lanes, breakers. Both tables come to the columns and
-- rules of SQLite's second schema.

-- Every worker bears a number that no other ever had.
CREATE SEQUENCE worker_number;

ALTER TABLE task DROP CONSTRAINT task_state_check, DROP CONSTRAINT task_category_check, DROP CONSTRAINT task_check,
    DROP CONSTRAINT task_check1, DROP CONSTRAINT task_check2;
ALTER TABLE task RENAME COLUMN until TO instant;   -- ready since, or waiting until
ALTER TABLE task
    ADD claimable_from BIGINT,
    ADD step_version BIGINT NOT NULL DEFAULT 0,
    ADD needs TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    ADD outside BYTEA,
    ADD lane TEXT COLLATE "C",
    ADD priority BIGINT NOT NULL DEFAULT 0,
    ADD wanted BYTEA,
    ADD failures BIGINT NOT NULL DEFAULT 0,
    ADD wanted_since BIGINT,
    ADD revision BIGINT NOT NULL DEFAULT 1;

-- What was running when the old program stopped is lost; what had failed is a dead letter until somebody asks for it.
UPDATE task
SET state = CASE WHEN state = 'failed' THEN 'dead'
                 WHEN state = 'running' THEN 'planned'
                 WHEN state = 'nothing' AND fingerprint IS NOT NULL THEN 'empty_ok'
                 ELSE state END,
    open_attempt = NULL;

ALTER TABLE task
    ADD CHECK (state IN ('planned', 'not_yet', 'nothing', 'ready', 'running', 'done', 'empty_ok',
        'retry_at', 'snoozed', 'dead', 'cancelled')),
    ADD CHECK (category IN ('no_data_available', 'upstream_failure', 'processing_error', 'timeout',
        'configuration_error', 'blocked_by_guard', 'lost')),
    ADD CHECK ((state IN ('retry_at', 'dead')) = (category IS NOT NULL)),
    ADD CHECK ((state = 'running') = (open_attempt IS NOT NULL)),
    ADD CHECK ((state IN ('ready', 'retry_at', 'snoozed')) = (claimable_from IS NOT NULL)),
    ADD CHECK (state <> 'done' OR output_id IS NOT NULL);

ALTER TABLE attempt DROP CONSTRAINT attempt_outcome_check, DROP CONSTRAINT attempt_category_check,
    DROP CONSTRAINT attempt_check, DROP CONSTRAINT attempt_check1;
ALTER TABLE attempt
    ADD step TEXT COLLATE "C",
    ADD worker TEXT COLLATE "C",
    ADD ready_at BIGINT,
    ADD number BIGINT,          -- 1 for the original, more for retries
    ADD lease_until BIGINT,
    ADD stage TEXT COLLATE "C",
    ADD stage_done BIGINT,
    ADD stage_total BIGINT,
    ADD progressed_at BIGINT,
    ADD fetch_micros BIGINT NOT NULL DEFAULT 0,
    ADD compute_micros BIGINT NOT NULL DEFAULT 0,
    ADD write_micros BIGINT NOT NULL DEFAULT 0;

UPDATE attempt
SET step = task.step, worker = 'before leases', ready_at = started_at, number = 1, lease_until = started_at,
    ended_at = coalesce(ended_at, started_at),
    category = CASE outcome WHEN 'open' THEN 'lost' ELSE attempt.category END,
    outcome = CASE outcome WHEN 'open' THEN 'failed' ELSE outcome END
FROM task
WHERE task.task_id = attempt.task_id;

ALTER TABLE attempt
    ALTER step SET NOT NULL, ALTER worker SET NOT NULL, ALTER ready_at SET NOT NULL, ALTER number SET NOT NULL,
    ALTER lease_until SET NOT NULL,
    ADD CHECK (outcome IN ('open', 'done', 'nothing', 'snoozed', 'returned', 'cancelled', 'failed')),
    ADD CHECK (category IN ('no_data_available', 'upstream_failure', 'processing_error', 'timeout',
        'configuration_error', 'blocked_by_guard', 'lost')),
    ADD CHECK ((outcome = 'open') = (ended_at IS NULL)),
    ADD CHECK ((outcome = 'failed') = (category IS NOT NULL));

CREATE INDEX task_claimable ON task (priority, claimable_from, task_id) WHERE claimable_from IS NOT NULL;
CREATE INDEX task_unsettled ON task (state) WHERE state IN ('ready', 'running', 'retry_at', 'snoozed', 'dead', 'cancelled');
-- One attempt at a time in a lane, whoever forgets it.
CREATE UNIQUE INDEX task_lane_taken ON task (lane) WHERE open_attempt IS NOT NULL AND lane IS NOT NULL;
-- An attempt holds one task, and settling finds it.
CREATE UNIQUE INDEX task_held ON task (open_attempt) WHERE open_attempt IS NOT NULL;
CREATE INDEX attempt_open ON attempt (attempt_id) WHERE outcome = 'open';
CREATE INDEX attempt_by_step ON attempt (step, started_at);
-- Whoever removes an attempt must know at once that nothing refers to it.
CREATE INDEX task_by_output ON task (output_id);
CREATE INDEX attempt_input_by_output ON attempt_input (output_id);
CREATE INDEX raw_payload_by_attempt ON raw_payload (attempt_id);

CREATE TABLE breaker (
    name TEXT COLLATE "C" PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('closed', 'open', 'probing')),
    failures BIGINT NOT NULL,
    until BIGINT,
    since BIGINT,
    times BIGINT NOT NULL,
    why TEXT COLLATE "C",
    CHECK ((state = 'closed') = (until IS NULL))
);
