-- Systems' records on slates up to one, current outputs only, oldest first.
SELECT {columns} FROM system_daily_performance AS t
JOIN task ON task.output_id = t.output_id AND task.step = 'system_daily_performance'
WHERE t.slate <= $1
ORDER BY t.slate, t.cutoff, t.market, t.system
