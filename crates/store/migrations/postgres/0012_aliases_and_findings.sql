-- What others call games and players: facts, versioned like the others. And what was conspicuous about a payload.

CREATE TABLE alias (
    provider TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('game', 'player', 'player_name')),
    foreign_id TEXT COLLATE "C" NOT NULL,
    game_id TEXT COLLATE "C" CHECK ((game_id IS NOT NULL) = (kind = 'game')),
    player_id BIGINT CHECK ((player_id IS NOT NULL) = (kind IN ('player', 'player_name'))),
    version BIGINT NOT NULL,
    digest BIGINT NOT NULL,
    known_at BIGINT NOT NULL,
    provenance TEXT COLLATE "C" NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id BIGINT REFERENCES raw_payload (payload_id),
    PRIMARY KEY (provider, kind, foreign_id, version)
);

CREATE TABLE payload_finding (
    attempt_id BIGINT NOT NULL REFERENCES attempt (attempt_id),
    finding TEXT COLLATE "C" NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('accept', 'degrade', 'block')),
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX payload_finding_by_attempt ON payload_finding (attempt_id);
