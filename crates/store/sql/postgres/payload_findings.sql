-- What was conspicuous about some payloads, as they were parsed last. Their partitions come as an array.
SELECT task.partition, payload_finding.finding, payload_finding.verdict, payload_finding.detail
FROM task JOIN payload_finding ON payload_finding.attempt_id = task.output_id
WHERE task.step = 'process' AND task.partition = ANY ($1)
ORDER BY task.partition, payload_finding.finding, payload_finding.detail
