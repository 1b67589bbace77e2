-- Up to where some schedules, a JSON array, were decided.
SELECT schedule, max(due) FROM tick WHERE schedule IN (SELECT value FROM json_each(:schedules)) GROUP BY schedule
