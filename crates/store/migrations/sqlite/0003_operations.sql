-- What unattended operation needs: ticks of schedules, who leads, and what steps took day by day.

CREATE TABLE tick (
    schedule TEXT NOT NULL,
    due INTEGER NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('begins', 'fire', 'fire_late', 'missed', 'missed_many', 'skipped')),
    why TEXT,
    first INTEGER,              -- of many missed ones
    at_least INTEGER,
    late_by INTEGER,            -- microseconds
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (schedule, due)
) STRICT, WITHOUT ROWID;
CREATE INDEX tick_by_due ON tick (due);

CREATE TABLE leader_lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL,
    fence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The successful runs of a step on one day (UTC), added up as they are settled.
CREATE TABLE step_day (
    step TEXT NOT NULL,
    day TEXT NOT NULL,
    runs INTEGER NOT NULL,
    wait_micros INTEGER NOT NULL,
    fetch_micros INTEGER NOT NULL,
    compute_micros INTEGER NOT NULL,
    write_micros INTEGER NOT NULL,
    squares REAL NOT NULL,      -- of the times at work, in square milliseconds
    longest_micros INTEGER NOT NULL,
    newest_attempt INTEGER NOT NULL,
    PRIMARY KEY (step, day)
) STRICT, WITHOUT ROWID;

-- What `tipoff doctor` writes, reads back and removes.
CREATE TABLE probe (
    at INTEGER PRIMARY KEY
) STRICT;
