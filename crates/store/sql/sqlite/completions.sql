-- The successful attempts of some steps (a JSON array) about slates and editions of a range.
SELECT task.step, task.partition, attempt.started_at, attempt.ended_at
FROM task JOIN attempt USING (task_id)
WHERE attempt.outcome = 'done' AND task.step IN (SELECT value FROM json_each(:steps))
  AND (task.partition BETWEEN 'slate ' || :first AND 'slate ' || :last
       OR task.partition BETWEEN 'edition ' || :first AND 'edition ' || :last || '@~')
ORDER BY attempt.attempt_id
