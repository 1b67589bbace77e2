-- Features of past slates, current outputs of their months only, oldest first.
SELECT {columns} FROM ml_feature_store AS t
JOIN task ON task.output_id = t.output_id AND task.step = 'training_features'
WHERE t.slate BETWEEN $1 AND $2
ORDER BY t.slate, t.game_id, t.player_id
