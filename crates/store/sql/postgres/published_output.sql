-- The consolidation whose predictions an edition's current documents show.
SELECT attempt_input.output_id FROM task
JOIN attempt_input ON attempt_input.attempt_id = task.output_id AND attempt_input.step = 'consolidate'
WHERE task.step = 'publish' AND task.partition = $1
