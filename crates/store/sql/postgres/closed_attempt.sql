-- How a closed attempt was closed: for who cannot tell whether his commit arrived.
SELECT attempt.outcome, attempt.category, task.output_id, attempt.rows_written, attempt.write_micros
FROM attempt JOIN task USING (task_id)
WHERE attempt.attempt_id = :attempt AND attempt.outcome <> 'open'
