-- Closes an open attempt with its outcome and counts.
UPDATE attempt
SET ended_at = $1, outcome = $2, category = $3, message = $4,
    rows_read = $5, rows_written = $6, output_digest = $7
WHERE attempt_id = $8 AND outcome = 'open'
