-- Two systems' grades of one market on some slates, current outputs only, older editions before newer ones. What follows a
-- date in a partition's name sorts before a tilde. The cross join keeps SQLite from beginning with every grade.
SELECT {columns} FROM task
CROSS JOIN grade AS t ON t.output_id = task.output_id
WHERE task.step = 'grade'
  AND task.partition BETWEEN 'edition ' || :first AND 'edition ' || :last || '~'
  AND t.market = :market AND t.system IN (:one, :other)
ORDER BY task.partition, t.prediction_id
