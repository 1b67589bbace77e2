-- What others call games and players, newest versions, in the order they became known.
SELECT {columns} FROM alias AS t
WHERE version = (SELECT max(version) FROM alias AS n
                 WHERE (n.provider, n.kind, n.foreign_id) = (t.provider, t.kind, t.foreign_id))
ORDER BY t.known_at, t.provider, t.kind, t.foreign_id
