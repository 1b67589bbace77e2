-- The names that the newest parsing of each payload could not resolve, and how often each occurred.
SELECT task.partition, reject.detail, count(*)
FROM task JOIN reject ON reject.attempt_id = task.output_id
WHERE task.step = 'process' AND reject.reason = 'unresolved_player'
GROUP BY task.partition, reject.detail
ORDER BY task.partition, reject.detail
