-- What systems outside this program answered: appended, never changed. Of several answers about one key the last counts.

CREATE TABLE external_answer (
    answer_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slate TEXT COLLATE "C" NOT NULL,
    cutoff BIGINT NOT NULL,
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    market TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    law BYTEA NOT NULL CHECK (length(law) > 0 AND length(law) % 8 = 0),
    received_at BIGINT NOT NULL
);
CREATE INDEX external_answer_by_key
    ON external_answer (slate, cutoff, game_id, player_id, market, system, answer_id);
