-- Describes one row that could not be used.
INSERT INTO reject (attempt_id, reason, row_number, detail) VALUES (:attempt, :reason, :row, :detail)
