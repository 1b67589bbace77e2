-- Counts an attempt's rejects of one reason.
INSERT INTO reject_count (attempt_id, reason, count) VALUES (:attempt, :reason, :count)
