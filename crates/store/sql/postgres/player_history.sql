-- Players' games on some slates, every version known at the cutoff.
SELECT {columns}, t.known_at, t.provenance, t.version FROM player_game_summary AS t
WHERE t.slate BETWEEN $1 AND $2 AND t.known_at <= $3
ORDER BY {key}, t.version
