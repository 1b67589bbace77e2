-- How the tasks a task reads stand; the steps come as a JSON array.
SELECT step, state, output_id FROM task
WHERE partition = :partition AND step IN (SELECT value FROM json_each(:needs))
