-- The outputs an attempt reads.
SELECT step, output_id FROM attempt_input WHERE attempt_id = :attempt
