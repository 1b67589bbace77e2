-- The fence: nothing happens unless this very attempt still holds the task.
UPDATE task
SET state = :state, category = :category, why = :why, until = NULL, open_attempt = NULL,
    fingerprint = coalesce(:fingerprint, fingerprint), output_id = coalesce(:output, output_id), updated_at = :now
WHERE open_attempt = :attempt
