-- Systems' records on slates up to one, current outputs only, oldest first. The cross join keeps SQLite from beginning with
-- every task there ever was of the step.
SELECT {columns} FROM system_daily_performance AS t
CROSS JOIN task ON task.output_id = t.output_id AND task.step = 'system_daily_performance'
WHERE t.slate <= :through
ORDER BY t.slate, t.cutoff, t.market, t.system
