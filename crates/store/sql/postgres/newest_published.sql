-- The newest slate with a published edition: slates come first in the partitions' names.
SELECT substr(partition, 9, 10) FROM task WHERE step = 'publish' AND output_id IS NOT NULL ORDER BY partition DESC LIMIT 1
