-- How the tasks a task reads stand; the steps come as an array.
SELECT step, state, output_id FROM task
WHERE partition = :partition AND step = ANY (:needs)
