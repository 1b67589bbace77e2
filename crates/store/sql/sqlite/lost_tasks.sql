SELECT step, partition, open_attempt FROM task WHERE open_attempt IS NOT NULL ORDER BY task_id
