-- A published number by its name, or by the beginning of it; the newest output that holds it.
SELECT t.output_id, {columns} FROM prediction AS t
WHERE t.prediction_id >= $1 AND t.prediction_id < $1 || 'g'
ORDER BY t.prediction_id, t.output_id
