-- Whom each player played for last, of those who played within a year and a bit before the newest game.
SELECT player_id, team, max(slate) FROM player_game_summary
WHERE slate >= (SELECT date(max(slate), '-400 days') FROM player_game_summary)
GROUP BY player_id
