-- The newest slate of each document that has a copy for the newest slate.
SELECT t.twin, max(t.slate) FROM published_document AS t
WHERE EXISTS (SELECT 1 FROM task WHERE task.output_id = t.output_id AND task.step IN ('publish', 'publish_results'))
GROUP BY t.twin
