-- Notes what was conspicuous about a payload.
INSERT INTO payload_finding (attempt_id, finding, verdict, detail) VALUES (:attempt, :finding, :verdict, :detail)
