-- Editions of a slate whose documents are published.
SELECT task.partition, task.output_id FROM task
WHERE task.step = 'publish' AND task.output_id IS NOT NULL AND task.partition LIKE 'edition ' || $1 || '@%'
ORDER BY task.partition
