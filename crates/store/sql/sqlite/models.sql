-- Artifacts of current outputs that know nothing from the cutoff on, newest first.
SELECT {columns} FROM model_artifact AS t
JOIN task ON task.output_id = t.output_id AND task.step = 'train_models'
WHERE t.trained_through < :cutoff
ORDER BY t.trained_through DESC, t.output_id DESC
