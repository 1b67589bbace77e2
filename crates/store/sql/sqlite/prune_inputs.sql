-- What attempts read that are about to go.
DELETE FROM attempt_input WHERE attempt_id IN (
    SELECT attempt_id FROM attempt WHERE ended_at < :before AND outcome IN ('failed', 'nothing', 'snoozed', 'returned', 'cancelled'))
