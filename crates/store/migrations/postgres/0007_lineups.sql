-- What teams tell before their games: facts, versioned like the others.

CREATE TABLE lineup_spot (
    game_id TEXT COLLATE "C" NOT NULL,
    player_id BIGINT NOT NULL,
    slate TEXT COLLATE "C" NOT NULL,
    team TEXT COLLATE "C" NOT NULL,
    spot TEXT COLLATE "C" NOT NULL CHECK (spot IN ('starts', 'bench', 'out')),
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (game_id, player_id, version)
);
