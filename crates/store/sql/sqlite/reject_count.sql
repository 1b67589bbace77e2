INSERT INTO reject_count (attempt_id, reason, count) VALUES (:attempt, :reason, :count)
