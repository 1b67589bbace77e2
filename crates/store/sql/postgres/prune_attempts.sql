-- Attempts that ended long ago and left nothing.
DELETE FROM attempt
WHERE ended_at < :before AND outcome IN ('failed', 'nothing', 'snoozed', 'returned', 'cancelled')
