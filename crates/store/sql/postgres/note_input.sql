-- Notes an output that an attempt reads.
INSERT INTO attempt_input (attempt_id, step, output_id) VALUES (:attempt, :step, :output)
