-- The outputs that some attempts, an array, read.
SELECT attempt_id, step, output_id FROM attempt_input WHERE attempt_id = ANY (:attempts)
