-- What was conspicuous about some payloads, as they were parsed last. Their partitions come as a JSON array.
SELECT task.partition, payload_finding.finding, payload_finding.verdict, payload_finding.detail
FROM task JOIN payload_finding ON payload_finding.attempt_id = task.output_id
WHERE task.step = 'process' AND task.partition IN (SELECT value FROM json_each(:partitions))
ORDER BY task.partition, payload_finding.finding, payload_finding.detail
