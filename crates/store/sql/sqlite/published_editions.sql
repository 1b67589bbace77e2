-- Editions of some slates whose documents are published. What follows a date in a partition's name sorts before a tilde.
SELECT task.partition, task.output_id FROM task
WHERE task.step = 'publish' AND task.output_id IS NOT NULL
  AND task.partition BETWEEN 'edition ' || :first AND 'edition ' || :last || '~'
ORDER BY task.partition
