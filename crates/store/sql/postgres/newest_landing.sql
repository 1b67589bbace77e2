-- When the newest payload landed.
SELECT attempt.ended_at FROM attempt WHERE attempt_id = (SELECT attempt_id FROM landing ORDER BY landing_id DESC LIMIT 1)
