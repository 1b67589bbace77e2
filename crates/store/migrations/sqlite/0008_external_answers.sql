-- What systems outside this program answered: appended, never changed. Of several answers about one key the last counts.

CREATE TABLE external_answer (
    answer_id INTEGER PRIMARY KEY,
    slate TEXT NOT NULL,
    cutoff INTEGER NOT NULL,
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    market TEXT NOT NULL,
    system TEXT NOT NULL,
    law BLOB NOT NULL CHECK (length(law) > 0 AND length(law) % 8 = 0),
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX external_answer_by_key
    ON external_answer (slate, cutoff, game_id, player_id, market, system, answer_id);
