-- The first schema. Conventions:
--   instants are INTEGER microseconds since 1970 UTC; dates are TEXT yyyy-mm-dd, US Eastern; game ids are TEXT of ten digits;
--   facts are append-only and versioned: (key, version), newest version with known_at <= cutoff wins;
--   every other row belongs to the immutable output set of one attempt: (output_id, key).
-- CHECKs repeat the enums of the code.

CREATE TABLE store_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    world TEXT NOT NULL
) STRICT;

-- Orchestration -----------------------------------------------------------------------------------------------------

CREATE TABLE task (
    task_id INTEGER PRIMARY KEY,
    step TEXT NOT NULL,
    partition TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'not_yet', 'nothing', 'running', 'done', 'failed')),
    category TEXT CHECK (category IN ('upstream_failure', 'processing_error', 'configuration_error', 'blocked_by_guard', 'lost')),
    why TEXT,
    until INTEGER,
    fingerprint BLOB,
    output_id INTEGER REFERENCES attempt (attempt_id),
    open_attempt INTEGER REFERENCES attempt (attempt_id),
    updated_at INTEGER NOT NULL,
    UNIQUE (step, partition),
    CHECK ((state = 'failed') = (category IS NOT NULL)),
    CHECK ((state = 'running') = (open_attempt IS NOT NULL)),
    CHECK (state <> 'done' OR output_id IS NOT NULL)
) STRICT;
CREATE INDEX task_by_partition ON task (partition);

CREATE TABLE attempt (
    attempt_id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL REFERENCES task (task_id),
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('open', 'done', 'nothing', 'failed')),
    category TEXT CHECK (category IN ('upstream_failure', 'processing_error', 'configuration_error', 'blocked_by_guard', 'lost')),
    message TEXT,
    rows_read INTEGER,
    rows_written INTEGER NOT NULL DEFAULT 0,
    output_digest BLOB,
    CHECK ((outcome = 'open') = (ended_at IS NULL)),
    CHECK ((outcome = 'failed') = (category IS NOT NULL))
) STRICT;
CREATE INDEX attempt_by_task ON attempt (task_id, attempt_id);

-- Which outputs an attempt read: the chain from a published number back to its facts.
CREATE TABLE attempt_input (
    attempt_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    step TEXT NOT NULL,
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    PRIMARY KEY (attempt_id, step)
) STRICT, WITHOUT ROWID;

-- Phase 1 -----------------------------------------------------------------------------------------------------------

CREATE TABLE raw_payload (
    payload_id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    source TEXT NOT NULL,
    subject TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('identity', 'zstd')),
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    attempt_id INTEGER NOT NULL REFERENCES attempt (attempt_id)
) STRICT;

-- Phase 2: facts ----------------------------------------------------------------------------------------------------

CREATE TABLE reject (
    attempt_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    reason TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX reject_by_attempt ON reject (attempt_id);

CREATE TABLE reject_count (
    attempt_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, reason)
) STRICT, WITHOUT ROWID;

-- How many versions of facts about a slate there are: it only grows, so it stands for the content.
CREATE TABLE fact_revision (
    fact TEXT NOT NULL,
    slate TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (fact, slate)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_name (
    team TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (team, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE player_name (
    player_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (player_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE game (
    game_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    tipoff INTEGER,
    home_team TEXT NOT NULL,
    away_team TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX game_by_slate ON game (slate);

CREATE TABLE final_score (
    game_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    home_points INTEGER NOT NULL,
    away_points INTEGER NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX final_score_by_slate ON final_score (slate);

CREATE TABLE box_score (
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    team TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    appearance TEXT NOT NULL,
    seconds INTEGER,
    goals_made INTEGER,
    goals_attempted INTEGER,
    threes_made INTEGER,
    threes_attempted INTEGER,
    free_throws_made INTEGER,
    free_throws_attempted INTEGER,
    offensive_rebounds INTEGER,
    defensive_rebounds INTEGER,
    assists INTEGER,
    steals INTEGER,
    blocks INTEGER,
    turnovers INTEGER,
    fouls INTEGER,
    points INTEGER,
    plus_minus INTEGER,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, version),
    CHECK ((appearance IN ('starter', 'bench')) = (seconds IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE player_shots (
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    restricted_area_made INTEGER NOT NULL,
    restricted_area_attempted INTEGER NOT NULL,
    paint_made INTEGER NOT NULL,
    paint_attempted INTEGER NOT NULL,
    mid_range_made INTEGER NOT NULL,
    mid_range_attempted INTEGER NOT NULL,
    corner_three_made INTEGER NOT NULL,
    corner_three_attempted INTEGER NOT NULL,
    above_break_three_made INTEGER NOT NULL,
    above_break_three_attempted INTEGER NOT NULL,
    back_court_made INTEGER NOT NULL,
    back_court_attempted INTEGER NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE prop_line (
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    market TEXT NOT NULL CHECK (market IN ('points', 'rebounds', 'assists', 'threes', 'pr', 'pa', 'ra', 'pra')),
    book TEXT NOT NULL,
    half_points INTEGER NOT NULL,
    feed TEXT NOT NULL,
    observed_at INTEGER NOT NULL, -- the lowest integer where the feed does not say
    slate TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('main', 'alternate')),
    over_odds INTEGER,            -- ten-thousandths
    under_odds INTEGER,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, market, book, half_points, feed, observed_at, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE game_line (
    game_id TEXT NOT NULL,
    source TEXT NOT NULL,
    book TEXT NOT NULL,
    slate TEXT NOT NULL,
    home_spread REAL,
    total REAL,
    home_win_odds INTEGER,
    away_win_odds INTEGER,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, source, book, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE injury_event (
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('out', 'questionable', 'return')),
    detail TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (player_id, slate, kind, detail, version)
) STRICT, WITHOUT ROWID;

-- Phase 3: summaries are facts derived from facts, with the versions and known_at of what they are derived from -------

CREATE TABLE player_game_summary (
    player_id INTEGER NOT NULL,
    game_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    team TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    appearance TEXT NOT NULL,
    seconds INTEGER,
    goals_made INTEGER,
    goals_attempted INTEGER,
    threes_made INTEGER,
    threes_attempted INTEGER,
    free_throws_made INTEGER,
    free_throws_attempted INTEGER,
    offensive_rebounds INTEGER,
    defensive_rebounds INTEGER,
    assists INTEGER,
    steals INTEGER,
    blocks INTEGER,
    turnovers INTEGER,
    fouls INTEGER,
    points INTEGER,
    plus_minus INTEGER,
    usage REAL CHECK (usage BETWEEN 0 AND 1),
    true_shooting REAL,
    paint_made INTEGER,
    paint_attempted INTEGER,
    mid_range_made INTEGER,
    mid_range_attempted INTEGER,
    three_made INTEGER,
    three_attempted INTEGER,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    UNIQUE (game_id, player_id, version)
) STRICT;
-- Rows lie in the order of their slates: a night adds a few pages at the end, and three years are one range.
CREATE INDEX player_game_summary_by_slate ON player_game_summary (slate, team, player_id);

CREATE TABLE team_offense_game_summary (
    team TEXT NOT NULL,
    game_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    points INTEGER NOT NULL,
    opponent_points INTEGER NOT NULL,
    possessions REAL NOT NULL,
    pace REAL NOT NULL,
    offensive_rating REAL NOT NULL,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    UNIQUE (game_id, team, version)
) STRICT;
CREATE INDEX team_offense_game_summary_by_slate ON team_offense_game_summary (slate);

CREATE TABLE team_defense_game_summary (
    team TEXT NOT NULL,
    game_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    points_allowed INTEGER NOT NULL,
    defensive_rating REAL NOT NULL,
    pace REAL NOT NULL,
    paint_made INTEGER,
    paint_attempted INTEGER,
    mid_range_made INTEGER,
    mid_range_attempted INTEGER,
    three_made INTEGER,
    three_attempted INTEGER,
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    UNIQUE (game_id, team, version)
) STRICT;
CREATE INDEX team_defense_game_summary_by_slate ON team_defense_game_summary (slate);

CREATE TABLE upcoming_team_game_context (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    team TEXT NOT NULL,
    slate TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    tipoff INTEGER NOT NULL,
    rest_days INTEGER,
    games_last_7 INTEGER NOT NULL,
    games_season INTEGER NOT NULL,
    win_share REAL,
    pace REAL,
    offensive_rating REAL,
    PRIMARY KEY (output_id, game_id, team)
) STRICT, WITHOUT ROWID;

CREATE TABLE upcoming_player_game_context (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    team TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    tipoff INTEGER NOT NULL,
    last_listed TEXT NOT NULL,
    availability TEXT NOT NULL CHECK (availability IN ('available', 'questionable', 'out')),
    rest_days INTEGER,
    opponent_rest_days INTEGER,
    games_last_7 INTEGER NOT NULL,
    minutes_last_7 REAL NOT NULL,
    back_to_backs_last_14 INTEGER NOT NULL,
    usage_last_7 REAL,
    projected_usage REAL,
    stars_out INTEGER NOT NULL,
    pace_differential REAL,
    line REAL,
    opening_line REAL,
    books INTEGER NOT NULL,
    PRIMARY KEY (output_id, game_id, player_id)
) STRICT, WITHOUT ROWID;

-- Phase 4 -----------------------------------------------------------------------------------------------------------

CREATE TABLE player_daily_cache (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    games INTEGER NOT NULL,
    games_season INTEGER NOT NULL,
    points_avg_last_5 REAL,
    points_avg_last_10 REAL,
    points_avg_season REAL,
    points_std_last_10 REAL,
    minutes_avg_last_10 REAL,
    minutes_avg_season REAL,
    points_per_minute_last_10 REAL,
    recent_trend REAL,
    minutes_change REAL,
    free_throw_share REAL,
    points_avg_vs_opponent REAL,
    games_vs_opponent INTEGER NOT NULL,
    team_pace REAL,
    team_offensive_rating REAL,
    team_win_share REAL,
    PRIMARY KEY (output_id, game_id, player_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE player_shot_zone_analysis (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    paint REAL CHECK (paint BETWEEN 0 AND 1),
    mid_range REAL CHECK (mid_range BETWEEN 0 AND 1),
    three REAL CHECK (three BETWEEN 0 AND 1),
    PRIMARY KEY (output_id, game_id, player_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_defense_zone_analysis (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    team TEXT NOT NULL,
    slate TEXT NOT NULL,
    games INTEGER NOT NULL,
    defensive_rating REAL,
    pace REAL,
    paint_vs_league REAL,
    mid_range_vs_league REAL,
    three_vs_league REAL,
    PRIMARY KEY (output_id, game_id, team)
) STRICT, WITHOUT ROWID;

CREATE TABLE player_composite_factors (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    fatigue_score REAL CHECK (fatigue_score BETWEEN 0 AND 100),
    shot_zone_mismatch_score REAL CHECK (shot_zone_mismatch_score BETWEEN -10 AND 10),
    pace_score REAL CHECK (pace_score BETWEEN -3 AND 3),
    usage_spike_score REAL CHECK (usage_spike_score BETWEEN -3 AND 3),
    rest_advantage REAL CHECK (rest_advantage BETWEEN -2 AND 2),
    injury_risk REAL NOT NULL,
    PRIMARY KEY (output_id, game_id, player_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ml_feature_store (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    slate TEXT NOT NULL,
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    team TEXT NOT NULL,
    opponent TEXT NOT NULL,
    tipoff INTEGER NOT NULL,
    cutoff INTEGER NOT NULL,
    games INTEGER NOT NULL,
    rest_days INTEGER,
    points_avg_last_5 REAL,
    points_avg_last_10 REAL,
    points_avg_season REAL,
    points_std_last_10 REAL,
    games_in_last_7_days REAL,
    fatigue_score REAL,
    shot_zone_mismatch_score REAL,
    pace_score REAL,
    usage_spike_score REAL,
    rest_advantage REAL,
    injury_risk REAL,
    recent_trend REAL,
    minutes_change REAL,
    opponent_def_rating REAL,
    opponent_pace REAL,
    home_away REAL,
    back_to_back REAL,
    playoff_game REAL,
    pct_paint REAL,
    pct_mid_range REAL,
    pct_three REAL,
    pct_free_throw REAL,
    team_pace REAL,
    team_off_rating REAL,
    team_win_pct REAL,
    vegas_points_line REAL,
    vegas_opening_line REAL,
    vegas_line_move REAL,
    has_vegas_line REAL,
    avg_points_vs_opponent REAL,
    games_vs_opponent REAL,
    minutes_avg_last_10 REAL,
    ppm_avg_last_10 REAL,
    PRIMARY KEY (output_id, slate, game_id, player_id),
    CHECK (cutoff IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Phase 5 -----------------------------------------------------------------------------------------------------------

CREATE TABLE model_artifact (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    system TEXT NOT NULL,
    schema TEXT NOT NULL,
    trained_through INTEGER NOT NULL,
    training_rows INTEGER NOT NULL,
    card TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (output_id, system)
) STRICT, WITHOUT ROWID;
CREATE INDEX model_artifact_by_time ON model_artifact (trained_through, output_id);

CREATE TABLE forecast (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    model BLOB,        -- hash of the trained artifact that answered
    law BLOB,          -- probabilities of 0, 1, 2, ... as little-endian doubles
    silence TEXT,      -- or why there are none
    silence_detail TEXT,
    PRIMARY KEY (output_id, game_id, player_id, market, system),
    CHECK ((law IS NULL) = (silence IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    prediction_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    team TEXT NOT NULL,
    opponent TEXT NOT NULL,
    venue TEXT NOT NULL CHECK (venue IN ('home', 'away')),
    mean REAL NOT NULL,
    median INTEGER NOT NULL,
    deviation REAL NOT NULL,
    availability TEXT NOT NULL CHECK (availability IN ('available', 'questionable', 'out')),
    recommendation TEXT NOT NULL CHECK (recommendation IN ('over', 'under', 'pass_no_line', 'pass_no_price', 'pass_no_edge', 'pass_listed_out')),
    book TEXT,
    half_points INTEGER,
    over_odds INTEGER,
    under_odds INTEGER,
    line_observed_at INTEGER,
    law_over REAL CHECK (law_over BETWEEN 0 AND 1),
    push REAL CHECK (push BETWEEN 0 AND 1),
    over REAL CHECK (over BETWEEN 0 AND 1),
    expected_value REAL,
    PRIMARY KEY (output_id, game_id, player_id, market, system),
    CHECK ((book IS NULL) = (half_points IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX prediction_by_id ON prediction (prediction_id);

-- Every line priced. Apart from the predictions, so that a variant never competes for a prediction's key.
CREATE TABLE scenario (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    variant TEXT NOT NULL,        -- a book's key, or base-4 ... base+4 in half points
    half_points INTEGER NOT NULL,
    law_over REAL NOT NULL,
    push REAL NOT NULL,
    law_under REAL NOT NULL,
    over_odds INTEGER,
    under_odds INTEGER,
    over REAL,
    PRIMARY KEY (output_id, game_id, player_id, market, system, variant, half_points)
) STRICT, WITHOUT ROWID;

CREATE TABLE consolidation_summary (
    output_id INTEGER PRIMARY KEY REFERENCES attempt (attempt_id),
    expected_players INTEGER NOT NULL,
    completed_players INTEGER NOT NULL,
    skipped_players INTEGER NOT NULL,
    missing_players INTEGER NOT NULL,
    predictions INTEGER NOT NULL
) STRICT;

-- Phase 6 -----------------------------------------------------------------------------------------------------------

CREATE TABLE published_document (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    path TEXT NOT NULL,
    twin TEXT NOT NULL,
    slate TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL,
    PRIMARY KEY (output_id, path)
) STRICT, WITHOUT ROWID;

-- Grading -----------------------------------------------------------------------------------------------------------

CREATE TABLE grade (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    prediction_id TEXT NOT NULL,
    game_id TEXT NOT NULL,
    slate TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    recommendation TEXT NOT NULL,
    half_points INTEGER,
    actual INTEGER,
    verdict TEXT NOT NULL CHECK (verdict IN ('win', 'loss', 'push', 'void', 'no_bet')),
    void_reason TEXT,
    profit REAL,
    absolute_error REAL,
    signed_error REAL,
    outcome_known_at INTEGER NOT NULL,
    PRIMARY KEY (output_id, prediction_id),
    CHECK ((verdict = 'void') = (void_reason IS NOT NULL)),
    CHECK ((actual IS NULL) = (absolute_error IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE system_daily_performance (
    output_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
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
    PRIMARY KEY (output_id, system)
) STRICT, WITHOUT ROWID;

-- What was published and how it was graded is never changed: a correction is another output.
CREATE TRIGGER prediction_is_final BEFORE UPDATE ON prediction BEGIN SELECT raise(ABORT, 'predictions are append-only'); END;
CREATE TRIGGER prediction_stays BEFORE DELETE ON prediction BEGIN SELECT raise(ABORT, 'predictions are append-only'); END;
CREATE TRIGGER published_document_is_final BEFORE UPDATE ON published_document BEGIN SELECT raise(ABORT, 'published documents are append-only'); END;
CREATE TRIGGER published_document_stays BEFORE DELETE ON published_document BEGIN SELECT raise(ABORT, 'published documents are append-only'); END;
CREATE TRIGGER grade_is_final BEFORE UPDATE ON grade BEGIN SELECT raise(ABORT, 'grades are append-only'); END;
CREATE TRIGGER grade_stays BEFORE DELETE ON grade BEGIN SELECT raise(ABORT, 'grades are append-only'); END;
