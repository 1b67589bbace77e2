-- What the newest successful attempt of each task read, wrote and rejected.
SELECT task.step, task.partition, attempt.rows_read, attempt.rows_written,
       (SELECT coalesce(json_object_agg(reason, count), '{}')::text FROM reject_count
        WHERE reject_count.attempt_id = attempt.attempt_id)
FROM task
JOIN attempt ON attempt.attempt_id =
     (SELECT max(attempt_id) FROM attempt WHERE attempt.task_id = task.task_id AND attempt.outcome = 'done')
WHERE task.partition = ANY($1)
