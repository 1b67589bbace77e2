-- The artifacts of a task's current output.
SELECT {columns} FROM model_artifact AS t
JOIN task ON task.output_id = t.output_id
WHERE task.step = $2 AND task.partition = $1
ORDER BY t.market, t.system
