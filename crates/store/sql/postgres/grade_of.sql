-- The newest grade of a prediction.
SELECT {columns} FROM grade AS t WHERE t.prediction_id = $1 ORDER BY t.output_id DESC LIMIT 1
