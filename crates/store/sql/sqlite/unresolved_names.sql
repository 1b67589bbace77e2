-- The names that the newest parsing of each payload could not resolve, and how often each occurred. The cross join has SQLite
-- begin with the names: there are fewer of them than payloads.
SELECT task.partition, reject.detail, count(*)
FROM reject CROSS JOIN task ON task.output_id = reject.attempt_id
WHERE task.step = 'process' AND reject.reason = 'unresolved_player'
GROUP BY task.partition, reject.detail
ORDER BY task.partition, reject.detail
