-- Whom each player played for last, of those who played within a year and a bit before the newest game.
SELECT DISTINCT ON (player_id) player_id, team, slate FROM player_game_summary
WHERE slate >= (SELECT to_char(max(slate)::date - 400, 'YYYY-MM-DD') FROM player_game_summary)
ORDER BY player_id, slate DESC
