-- What was conspicuous about payloads, as they were parsed last.
SELECT task.partition, payload_finding.finding, payload_finding.verdict, payload_finding.detail
FROM task JOIN payload_finding ON payload_finding.attempt_id = task.output_id
WHERE task.step = 'process'
ORDER BY task.partition, payload_finding.finding, payload_finding.detail
