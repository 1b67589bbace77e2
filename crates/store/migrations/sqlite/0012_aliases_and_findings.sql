-- What others call games and players: facts, versioned like the others. And what was conspicuous about a payload.

CREATE TABLE alias (
    provider TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('game', 'player', 'player_name')),
    foreign_id TEXT NOT NULL,
    game_id TEXT CHECK ((game_id IS NOT NULL) = (kind = 'game')),
    player_id INTEGER CHECK ((player_id IS NOT NULL) = (kind IN ('player', 'player_name'))),
    version INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    provenance TEXT NOT NULL CHECK (provenance IN ('observed', 'reconstructed')),
    payload_id INTEGER REFERENCES raw_payload (payload_id),
    PRIMARY KEY (provider, kind, foreign_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE payload_finding (
    attempt_id INTEGER NOT NULL REFERENCES attempt (attempt_id),
    finding TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'degrade', 'block')),
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX payload_finding_by_attempt ON payload_finding (attempt_id);
