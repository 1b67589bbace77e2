-- Tasks whose attempt is open: while no process works, their process died.
SELECT step, partition, open_attempt FROM task WHERE open_attempt IS NOT NULL ORDER BY task_id
