-- Two systems' grades of one market on some slates, current outputs only, older editions before newer ones. What follows a
-- date in a partition's name sorts before a tilde.
SELECT {columns} FROM task
JOIN grade AS t ON t.output_id = task.output_id
WHERE task.step = 'grade'
  AND task.partition BETWEEN 'edition ' || $1::text AND 'edition ' || $2::text || '~'
  AND t.market = $3 AND t.system IN ($4, $5)
ORDER BY task.partition, t.prediction_id
