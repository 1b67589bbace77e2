-- Models and records are of a market. Those there were before are of points.

CREATE TABLE model_of_market (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    schema TEXT NOT NULL,
    trained_through INTEGER NOT NULL,
    training_rows INTEGER NOT NULL,
    card TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (output_id, market, system)
) STRICT, WITHOUT ROWID;
INSERT INTO model_of_market
SELECT output_id, 'points', system, schema, trained_through, training_rows, card, body, hash FROM model_artifact;
DROP TABLE model_artifact;
ALTER TABLE model_of_market RENAME TO model_artifact;
CREATE INDEX model_artifact_by_time ON model_artifact (trained_through, output_id);

CREATE TABLE record_of_market (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    slate TEXT NOT NULL,
    cutoff INTEGER NOT NULL,
    predictions INTEGER NOT NULL,
    voids INTEGER NOT NULL,
    wins INTEGER NOT NULL,
    losses INTEGER NOT NULL,
    pushes INTEGER NOT NULL,
    overs INTEGER NOT NULL,
    overs_won INTEGER NOT NULL,
    absolute_error_sum REAL NOT NULL,
    signed_error_sum REAL NOT NULL,
    within_3 INTEGER NOT NULL,
    within_5 INTEGER NOT NULL,
    profit REAL NOT NULL,
    line_error_sum REAL NOT NULL,
    lined_error_sum REAL NOT NULL,
    lined INTEGER NOT NULL,
    PRIMARY KEY (output_id, market, system)
) STRICT, WITHOUT ROWID;
INSERT INTO record_of_market
SELECT output_id, 'points', system, slate, cutoff, predictions, voids, wins, losses, pushes, overs, overs_won,
    absolute_error_sum, signed_error_sum, within_3, within_5, profit, line_error_sum, lined_error_sum, lined
FROM system_daily_performance;
DROP TABLE system_daily_performance;
ALTER TABLE record_of_market RENAME TO system_daily_performance;
