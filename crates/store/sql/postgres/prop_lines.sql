-- Lines on the games of some slates, every version known by the cutoff. A line that was about another date of the game is
-- none on this one.
SELECT {columns}, t.known_at, t.provenance, t.version FROM prop_line AS t
WHERE t.game_id IN (SELECT game_id FROM game WHERE slate BETWEEN $1 AND $2) AND t.slate BETWEEN $1 AND $2
  AND t.known_at <= $3
ORDER BY {key}, t.version
