-- The newest entry of the injury log about each player.
SELECT {columns} FROM injury_event AS t
WHERE NOT EXISTS (SELECT 1 FROM injury_event AS n
                  WHERE n.player_id = t.player_id AND (n.slate, n.known_at, n.kind, n.detail) > (t.slate, t.known_at, t.kind, t.detail))
ORDER BY t.player_id
