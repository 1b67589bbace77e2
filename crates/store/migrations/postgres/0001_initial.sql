-- The first schema, on Postgres: the tables and columns of SQLite's, under the same numbers. Conventions:
--   instants are BIGINT microseconds since 1970 UTC; dates are TEXT yyyy-mm-dd, US Eastern; game ids are TEXT of ten digits;
--   text is ordered by its bytes, as SQLite orders it: COLLATE "C";
--   facts are append-only and versioned: (key, version), newest version with known_at <= cutoff wins;
--   every other row belongs to the immutable output set of one attempt: (output_id, key).
-- CHECKs repeat the enums of the code.

CREATE TABLE store_identity (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    world TEXT COLLATE "C" NOT NULL
);

-- Orchestration -----------------------------------------------------------------------------------------------------

CREATE TABLE task (
    task_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    step TEXT COLLATE "C" NOT NULL,
    partition TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('planned', 'not_yet', 'nothing', 'running', 'done', 'failed')),
    category TEXT COLLATE "C" CHECK (category IN ('upstream_failure', 'processing_error', 'configuration_error', 'blocked_by_guard', 'lost')),
    why TEXT COLLATE "C",
    until BIGINT,
    fingerprint BYTEA,
    output_id BIGINT,
    open_attempt BIGINT,
    updated_at BIGINT NOT NULL,
    UNIQUE (step, partition),
    CHECK ((state = 'failed') = (category IS NOT NULL)),
    CHECK ((state = 'running') = (open_attempt IS NOT NULL)),
    CHECK (state <> 'done' OR output_id IS NOT NULL)
);
CREATE INDEX task_by_partition ON task (partition);

CREATE TABLE attempt (
    attempt_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id BIGINT NOT NULL REFERENCES task (task_id),
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('open', 'done', 'nothing', 'failed')),
    category TEXT COLLATE "C" CHECK (category IN ('upstream_failure', 'processing_error', 'configuration_error', 'blocked_by_guard', 'lost')),
    message TEXT COLLATE "C",
    rows_read BIGINT,
    rows_written BIGINT NOT NULL DEFAULT 0,
    output_digest BYTEA,
    CHECK ((outcome = 'open') = (ended_at IS NULL)),
    CHECK ((outcome = 'failed') = (category IS NOT NULL))
);
CREATE INDEX attempt_by_task ON attempt (task_id, attempt_id);
ALTER TABLE task ADD FOREIGN KEY (output_id) REFERENCES attempt (attempt_id),
    ADD FOREIGN KEY (open_attempt) REFERENCES attempt (attempt_id);

-- Which outputs an attempt read: the chain from a published number back to its facts.
CREATE TABLE attempt_input (
    attempt_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    step TEXT COLLATE "C" NOT NULL,
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    PRIMARY KEY (attempt_id, step)
);

-- Phase 1 -----------------------------------------------------------------------------------------------------------

CREATE TABLE raw_payload (
    payload_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    source TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    fetched_at BIGINT NOT NULL,
    encoding TEXT COLLATE "C" NOT NULL CHECK (encoding IN ('identity', 'zstd')),
    size BIGINT NOT NULL,
    body BYTEA NOT NULL,
    attempt_id BIGINT NOT NULL REFERENCES attempt (attempt_id)
);
-- Bodies come compressed; trying again would only cost time.
ALTER TABLE raw_payload ALTER COLUMN body SET STORAGE EXTERNAL;

-- Phase 2: facts ----------------------------------------------------------------------------------------------------

CREATE TABLE reject (
    attempt_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    reason TEXT COLLATE "C" NOT NULL,
    row_number BIGINT NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX reject_by_attempt ON reject (attempt_id);

CREATE TABLE reject_count (
    attempt_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    reason TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, reason)
);

-- How many versions of facts about a slate there are: it only grows, so it stands for the content.
CREATE TABLE fact_revision (
    fact TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (fact, slate)
);

CREATE TABLE team_name (
    team TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (team, version)
);

CREATE TABLE player_name (
    player_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (player_id, version)
);

CREATE TABLE game (
    game_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    tipoff BIGINT,
    home_team TEXT COLLATE "C" NOT NULL,
    away_team TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, version)
);
CREATE INDEX game_by_slate ON game (slate);

CREATE TABLE final_score (
    game_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    home_points BIGINT NOT NULL,
    away_points BIGINT NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, version)
);
CREATE INDEX final_score_by_slate ON final_score (slate);

CREATE TABLE box_score (
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    appearance TEXT COLLATE "C" NOT NULL,
    seconds BIGINT,
    goals_made BIGINT,
    goals_attempted BIGINT,
    threes_made BIGINT,
    threes_attempted BIGINT,
    free_throws_made BIGINT,
    free_throws_attempted BIGINT,
    offensive_rebounds BIGINT,
    defensive_rebounds BIGINT,
    assists BIGINT,
    steals BIGINT,
    blocks BIGINT,
    turnovers BIGINT,
    fouls BIGINT,
    points BIGINT,
    plus_minus BIGINT,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, version),
    CHECK ((appearance IN ('starter', 'bench')) = (seconds IS NOT NULL))
);

CREATE TABLE player_shots (
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    restricted_area_made BIGINT NOT NULL,
    restricted_area_attempted BIGINT NOT NULL,
    paint_made BIGINT NOT NULL,
    paint_attempted BIGINT NOT NULL,
    mid_range_made BIGINT NOT NULL,
    mid_range_attempted BIGINT NOT NULL,
    corner_three_made BIGINT NOT NULL,
    corner_three_attempted BIGINT NOT NULL,
    above_break_three_made BIGINT NOT NULL,
    above_break_three_attempted BIGINT NOT NULL,
    back_court_made BIGINT NOT NULL,
    back_court_attempted BIGINT NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, version)
);

CREATE TABLE prop_line (
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    market TEXT COLLATE "C" NOT NULL CHECK (market IN ('points', 'rebounds', 'assists', 'threes', 'pr', 'pa', 'ra', 'pra')),
    book TEXT COLLATE "C" NOT NULL,
    half_points BIGINT NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    observed_at BIGINT NOT NULL, -- the lowest integer where the feed does not say
    slate TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('main', 'alternate')),
    over_odds BIGINT,            -- ten-thousandths
    under_odds BIGINT,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, market, book, half_points, feed, observed_at, version)
);

CREATE TABLE game_line (
    game_id TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    home_spread DOUBLE PRECISION,
    total DOUBLE PRECISION,
    home_win_odds BIGINT,
    away_win_odds BIGINT,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, source, book, version)
);

CREATE TABLE injury_event (
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('out', 'questionable', 'return')),
    detail TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (player_id, slate, kind, detail, version)
);

-- Phase 3: summaries are facts derived from facts, with the versions and known_at of what they are derived from -------

CREATE TABLE player_game_summary (
    player_id BIGINT NOT NULL,
    game_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    appearance TEXT COLLATE "C" NOT NULL,
    seconds BIGINT,
    goals_made BIGINT,
    goals_attempted BIGINT,
    threes_made BIGINT,
    threes_attempted BIGINT,
    free_throws_made BIGINT,
    free_throws_attempted BIGINT,
    offensive_rebounds BIGINT,
    defensive_rebounds BIGINT,
    assists BIGINT,
    steals BIGINT,
    blocks BIGINT,
    turnovers BIGINT,
    fouls BIGINT,
    points BIGINT,
    plus_minus BIGINT,
    usage DOUBLE PRECISION CHECK (usage BETWEEN 0 AND 1),
    true_shooting DOUBLE PRECISION,
    paint_made BIGINT,
    paint_attempted BIGINT,
    mid_range_made BIGINT,
    mid_range_attempted BIGINT,
    three_made BIGINT,
    three_attempted BIGINT,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    UNIQUE (game_id, player_id, version)
);
-- Rows lie in the order of their slates: a night adds a few pages at the end, and three years are one range.
CREATE INDEX player_game_summary_by_slate ON player_game_summary (slate, team, player_id);

CREATE TABLE team_offense_game_summary (
    team TEXT COLLATE "C" NOT NULL,
    game_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    points BIGINT NOT NULL,
    opponent_points BIGINT NOT NULL,
    possessions DOUBLE PRECISION NOT NULL,
    pace DOUBLE PRECISION NOT NULL,
    offensive_rating DOUBLE PRECISION NOT NULL,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    UNIQUE (game_id, team, version)
);
CREATE INDEX team_offense_game_summary_by_slate ON team_offense_game_summary (slate);

CREATE TABLE team_defense_game_summary (
    team TEXT COLLATE "C" NOT NULL,
    game_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    points_allowed BIGINT NOT NULL,
    defensive_rating DOUBLE PRECISION NOT NULL,
    pace DOUBLE PRECISION NOT NULL,
    paint_made BIGINT,
    paint_attempted BIGINT,
    mid_range_made BIGINT,
    mid_range_attempted BIGINT,
    three_made BIGINT,
    three_attempted BIGINT,
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    UNIQUE (game_id, team, version)
);
CREATE INDEX team_defense_game_summary_by_slate ON team_defense_game_summary (slate);

CREATE TABLE upcoming_team_game_context (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    tipoff BIGINT NOT NULL,
    rest_days BIGINT,
    games_last_7 BIGINT NOT NULL,
    games_season BIGINT NOT NULL,
    win_share DOUBLE PRECISION,
    pace DOUBLE PRECISION,
    offensive_rating DOUBLE PRECISION,
    PRIMARY KEY (output_id, game_id, team)
);

CREATE TABLE upcoming_player_game_context (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    tipoff BIGINT NOT NULL,
    last_listed TEXT COLLATE "C" NOT NULL,
    availability TEXT COLLATE "C" NOT NULL CHECK (availability IN ('available', 'questionable', 'out')),
    rest_days BIGINT,
    opponent_rest_days BIGINT,
    games_last_7 BIGINT NOT NULL,
    minutes_last_7 DOUBLE PRECISION NOT NULL,
    back_to_backs_last_14 BIGINT NOT NULL,
    usage_last_7 DOUBLE PRECISION,
    projected_usage DOUBLE PRECISION,
    stars_out BIGINT NOT NULL,
    pace_differential DOUBLE PRECISION,
    line DOUBLE PRECISION,
    opening_line DOUBLE PRECISION,
    books BIGINT NOT NULL,
    PRIMARY KEY (output_id, game_id, player_id)
);

-- Phase 4 -----------------------------------------------------------------------------------------------------------

CREATE TABLE player_daily_cache (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    games BIGINT NOT NULL,
    games_season BIGINT NOT NULL,
    points_avg_last_5 DOUBLE PRECISION,
    points_avg_last_10 DOUBLE PRECISION,
    points_avg_season DOUBLE PRECISION,
    points_std_last_10 DOUBLE PRECISION,
    minutes_avg_last_10 DOUBLE PRECISION,
    minutes_avg_season DOUBLE PRECISION,
    points_per_minute_last_10 DOUBLE PRECISION,
    recent_trend DOUBLE PRECISION,
    minutes_change DOUBLE PRECISION,
    free_throw_share DOUBLE PRECISION,
    points_avg_vs_opponent DOUBLE PRECISION,
    games_vs_opponent BIGINT NOT NULL,
    team_pace DOUBLE PRECISION,
    team_offensive_rating DOUBLE PRECISION,
    team_win_share DOUBLE PRECISION,
    PRIMARY KEY (output_id, game_id, player_id)
);

CREATE TABLE player_shot_zone_analysis (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    paint DOUBLE PRECISION CHECK (paint BETWEEN 0 AND 1),
    mid_range DOUBLE PRECISION CHECK (mid_range BETWEEN 0 AND 1),
    three DOUBLE PRECISION CHECK (three BETWEEN 0 AND 1),
    PRIMARY KEY (output_id, game_id, player_id)
);

CREATE TABLE team_defense_zone_analysis (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    games BIGINT NOT NULL,
    defensive_rating DOUBLE PRECISION,
    pace DOUBLE PRECISION,
    paint_vs_league DOUBLE PRECISION,
    mid_range_vs_league DOUBLE PRECISION,
    three_vs_league DOUBLE PRECISION,
    PRIMARY KEY (output_id, game_id, team)
);

CREATE TABLE player_composite_factors (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    fatigue_score DOUBLE PRECISION CHECK (fatigue_score BETWEEN 0 AND 100),
    shot_zone_mismatch_score DOUBLE PRECISION CHECK (shot_zone_mismatch_score BETWEEN -10 AND 10),
    pace_score DOUBLE PRECISION CHECK (pace_score BETWEEN -3 AND 3),
    usage_spike_score DOUBLE PRECISION CHECK (usage_spike_score BETWEEN -3 AND 3),
    rest_advantage DOUBLE PRECISION CHECK (rest_advantage BETWEEN -2 AND 2),
    injury_risk DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (output_id, game_id, player_id)
);

CREATE TABLE ml_feature_store (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    slate TEXT COLLATE "C" NOT NULL,
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    tipoff BIGINT NOT NULL,
    cutoff BIGINT NOT NULL,
    games BIGINT NOT NULL,
    rest_days BIGINT,
    points_avg_last_5 DOUBLE PRECISION,
    points_avg_last_10 DOUBLE PRECISION,
    points_avg_season DOUBLE PRECISION,
    points_std_last_10 DOUBLE PRECISION,
    games_in_last_7_days DOUBLE PRECISION,
    fatigue_score DOUBLE PRECISION,
    shot_zone_mismatch_score DOUBLE PRECISION,
    pace_score DOUBLE PRECISION,
    usage_spike_score DOUBLE PRECISION,
    rest_advantage DOUBLE PRECISION,
    injury_risk DOUBLE PRECISION,
    recent_trend DOUBLE PRECISION,
    minutes_change DOUBLE PRECISION,
    opponent_def_rating DOUBLE PRECISION,
    opponent_pace DOUBLE PRECISION,
    home_away DOUBLE PRECISION,
    back_to_back DOUBLE PRECISION,
    playoff_game DOUBLE PRECISION,
    pct_paint DOUBLE PRECISION,
    pct_mid_range DOUBLE PRECISION,
    pct_three DOUBLE PRECISION,
    pct_free_throw DOUBLE PRECISION,
    team_pace DOUBLE PRECISION,
    team_off_rating DOUBLE PRECISION,
    team_win_pct DOUBLE PRECISION,
    vegas_points_line DOUBLE PRECISION,
    vegas_opening_line DOUBLE PRECISION,
    vegas_line_move DOUBLE PRECISION,
    has_vegas_line DOUBLE PRECISION,
    avg_points_vs_opponent DOUBLE PRECISION,
    games_vs_opponent DOUBLE PRECISION,
    minutes_avg_last_10 DOUBLE PRECISION,
    ppm_avg_last_10 DOUBLE PRECISION,
    PRIMARY KEY (output_id, slate, game_id, player_id),
    CHECK (cutoff IS NOT NULL)
);

-- Phase 5 -----------------------------------------------------------------------------------------------------------

CREATE TABLE model_artifact (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    system TEXT COLLATE "C" NOT NULL,
    schema TEXT COLLATE "C" NOT NULL,
    trained_through BIGINT NOT NULL,
    training_rows BIGINT NOT NULL,
    card TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (output_id, system)
);
CREATE INDEX model_artifact_by_time ON model_artifact (trained_through, output_id);

CREATE TABLE forecast (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    market TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    model BYTEA,        -- hash of the trained artifact that answered
    law BYTEA,          -- probabilities of 0, 1, 2, ... as little-endian doubles
    silence TEXT COLLATE "C",      -- or why there are none
    silence_detail TEXT COLLATE "C",
    PRIMARY KEY (output_id, game_id, player_id, market, system),
    CHECK ((law IS NULL) = (silence IS NOT NULL))
);

CREATE TABLE prediction (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    market TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    prediction_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    opponent TEXT COLLATE "C" NOT NULL,
    venue TEXT COLLATE "C" NOT NULL CHECK (venue IN ('home', 'away')),
    mean DOUBLE PRECISION NOT NULL,
    median BIGINT NOT NULL,
    deviation DOUBLE PRECISION NOT NULL,
    availability TEXT COLLATE "C" NOT NULL CHECK (availability IN ('available', 'questionable', 'out')),
    recommendation TEXT COLLATE "C" NOT NULL CHECK (recommendation IN ('over', 'under', 'pass_no_line', 'pass_no_price', 'pass_no_edge', 'pass_listed_out')),
    book TEXT COLLATE "C",
    half_points BIGINT,
    over_odds BIGINT,
    under_odds BIGINT,
    line_observed_at BIGINT,
    law_over DOUBLE PRECISION CHECK (law_over BETWEEN 0 AND 1),
    push DOUBLE PRECISION CHECK (push BETWEEN 0 AND 1),
    over DOUBLE PRECISION CHECK (over BETWEEN 0 AND 1),
    expected_value DOUBLE PRECISION,
    PRIMARY KEY (output_id, game_id, player_id, market, system),
    CHECK ((book IS NULL) = (half_points IS NULL))
);
CREATE INDEX prediction_by_id ON prediction (prediction_id);

-- Every line priced. Apart from the predictions, so that a variant never competes for a prediction's key.
CREATE TABLE scenario (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    market TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    variant TEXT COLLATE "C" NOT NULL,        -- a book's key, or base-4 ... base+4 in half points
    half_points BIGINT NOT NULL,
    law_over DOUBLE PRECISION NOT NULL,
    push DOUBLE PRECISION NOT NULL,
    law_under DOUBLE PRECISION NOT NULL,
    over_odds BIGINT,
    under_odds BIGINT,
    over DOUBLE PRECISION,
    PRIMARY KEY (output_id, game_id, player_id, market, system, variant, half_points)
);

CREATE TABLE consolidation_summary (
    output_id BIGINT PRIMARY KEY REFERENCES attempt (attempt_id),
    expected_players BIGINT NOT NULL,
    completed_players BIGINT NOT NULL,
    skipped_players BIGINT NOT NULL,
    missing_players BIGINT NOT NULL,
    predictions BIGINT NOT NULL
);

-- Phase 6 -----------------------------------------------------------------------------------------------------------

CREATE TABLE published_document (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    path TEXT COLLATE "C" NOT NULL,
    twin TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL CHECK (octet_length(hash) = 32),
    body BYTEA NOT NULL,
    PRIMARY KEY (output_id, path)
);

-- Grading -----------------------------------------------------------------------------------------------------------

CREATE TABLE grade (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    prediction_id TEXT COLLATE "C" NOT NULL,
    game_id TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    market TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    recommendation TEXT COLLATE "C" NOT NULL,
    half_points BIGINT,
    actual BIGINT,
    verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('win', 'loss', 'push', 'void', 'no_bet')),
    void_reason TEXT COLLATE "C",
    profit DOUBLE PRECISION,
    absolute_error DOUBLE PRECISION,
    signed_error DOUBLE PRECISION,
    outcome_known_at BIGINT NOT NULL,
    PRIMARY KEY (output_id, prediction_id),
    CHECK ((verdict = 'void') = (void_reason IS NOT NULL)),
    CHECK ((actual IS NULL) = (absolute_error IS NULL))
);

CREATE TABLE system_daily_performance (
    output_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    system TEXT COLLATE "C" NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    cutoff BIGINT NOT NULL,
    predictions BIGINT NOT NULL,
    voids BIGINT NOT NULL,
    wins BIGINT NOT NULL,
    losses BIGINT NOT NULL,
    pushes BIGINT NOT NULL,
    overs BIGINT NOT NULL,
    overs_won BIGINT NOT NULL,
    absolute_error_sum DOUBLE PRECISION NOT NULL,
    signed_error_sum DOUBLE PRECISION NOT NULL,
    within_3 BIGINT NOT NULL,
    within_5 BIGINT NOT NULL,
    profit DOUBLE PRECISION NOT NULL,
    line_error_sum DOUBLE PRECISION NOT NULL,
    lined_error_sum DOUBLE PRECISION NOT NULL,
    lined BIGINT NOT NULL,
    PRIMARY KEY (output_id, system)
);

-- What was published and how it was graded is never changed: a correction is another output.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER prediction_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON prediction EXECUTE FUNCTION refuse_change();
CREATE TRIGGER published_document_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON published_document EXECUTE FUNCTION refuse_change();
CREATE TRIGGER grade_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON grade EXECUTE FUNCTION refuse_change();
