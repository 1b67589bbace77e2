-- The output of a step that an edition's current documents show.
SELECT attempt_input.output_id FROM task
JOIN attempt_input ON attempt_input.attempt_id = task.output_id AND attempt_input.step = $2
WHERE task.step = 'publish' AND task.partition = $1
