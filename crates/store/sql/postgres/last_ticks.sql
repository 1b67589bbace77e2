-- Up to where some schedules, an array, were decided.
SELECT schedule, max(due) FROM tick WHERE schedule = ANY (:schedules) GROUP BY schedule
