-- What teams tell before their games: facts, versioned like the others.

CREATE TABLE lineup_spot (
    game_id TEXT NOT NULL,
    player_id INTEGER NOT NULL,
    slate TEXT NOT NULL,
    team TEXT NOT NULL,
    spot TEXT NOT NULL CHECK (spot IN ('starts', 'bench', 'out')),
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, version)
) STRICT, WITHOUT ROWID;
