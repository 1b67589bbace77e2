-- The current documents of a slate; of several editions the newest comes last.
SELECT {columns} FROM published_document AS t
JOIN task ON task.output_id = t.output_id AND task.step IN ('publish', 'publish_results')
WHERE t.slate = $1
ORDER BY t.path, task.partition
