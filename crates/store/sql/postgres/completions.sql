-- The successful attempts of some steps (an array) about slates and editions of a range.
SELECT task.step, task.partition, attempt.started_at, attempt.ended_at
FROM task JOIN attempt USING (task_id)
WHERE attempt.outcome = 'done' AND task.step = ANY($3)
  AND (task.partition COLLATE "C" BETWEEN 'slate ' || $1 AND 'slate ' || $2
       OR task.partition COLLATE "C" BETWEEN 'edition ' || $1 AND 'edition ' || $2 || '@~')
ORDER BY attempt.attempt_id
