-- The artifacts of a task's current output.
SELECT {columns} FROM model_artifact AS t
JOIN task ON task.output_id = t.output_id
WHERE task.step = :step AND task.partition = :partition
ORDER BY t.market, t.system
