-- The newest slate with a published edition.
SELECT max(substr(partition, 9, 10)) FROM task WHERE step = 'publish' AND output_id IS NOT NULL
