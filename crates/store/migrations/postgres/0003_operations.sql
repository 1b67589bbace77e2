-- What unattended operation needs: ticks of schedules, who leads, and what steps took day by day.

CREATE TABLE tick (
    schedule TEXT COLLATE "C" NOT NULL,
    due BIGINT NOT NULL,
    decision TEXT COLLATE "C" NOT NULL CHECK (decision IN ('begins', 'fire', 'fire_late', 'missed', 'missed_many', 'skipped')),
    why TEXT COLLATE "C",
    first BIGINT,               -- of many missed ones
    at_least BIGINT,
    late_by BIGINT,             -- microseconds
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (schedule, due)
);
CREATE INDEX tick_by_due ON tick (due);

CREATE TABLE leader_lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    fence BIGINT NOT NULL
);

-- The successful runs of a step on one day (UTC), added up as they are settled. Each connection adds to a row of its own:
-- whoever settles would else wait for the commits of all who settle the same step.
CREATE TABLE step_day (
    step TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    connection BIGINT NOT NULL,
    runs BIGINT NOT NULL,
    wait_micros BIGINT NOT NULL,
    fetch_micros BIGINT NOT NULL,
    compute_micros BIGINT NOT NULL,
    write_micros BIGINT NOT NULL,
    squares DOUBLE PRECISION NOT NULL,  -- of the times at work, in square milliseconds
    longest_micros BIGINT NOT NULL,
    newest_attempt BIGINT NOT NULL,
    PRIMARY KEY (step, day, connection)
);

-- What `tipoff doctor` writes, reads back and removes.
CREATE TABLE probe (
    at BIGINT PRIMARY KEY
);
