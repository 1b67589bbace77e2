-- How the tasks that some tasks need stand, in a row each; a task that needs none has one empty row, and one whose lane was
-- taken meanwhile has none.
SELECT task.task_id, need.step, upstream.state, upstream.output_id
FROM task
LEFT JOIN LATERAL jsonb_array_elements_text(task.needs::jsonb) AS need (step) ON true
LEFT JOIN task AS upstream ON upstream.step = need.step AND upstream.partition = task.partition
WHERE task.task_id = ANY (:tasks)
  AND (task.lane IS NULL OR NOT EXISTS (
      SELECT 1 FROM task AS other WHERE other.lane = task.lane AND other.open_attempt IS NOT NULL))
