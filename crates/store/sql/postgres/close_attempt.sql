-- Closes an open attempt with its outcome and counts.
UPDATE attempt
SET ended_at = :now, outcome = :outcome, category = :category, message = :message, rows_read = :rows_read,
    rows_written = :rows_written, fetch_micros = :fetch, compute_micros = :compute, write_micros = :write,
    output_digest = :output_digest
WHERE attempt_id = :attempt AND outcome = 'open'
