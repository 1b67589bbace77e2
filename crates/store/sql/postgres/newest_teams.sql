-- Teams' names, newest version of each.
SELECT {columns} FROM team_name AS t
WHERE version = (SELECT max(version) FROM team_name AS n WHERE n.team = t.team)
ORDER BY team
