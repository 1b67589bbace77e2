-- The fence: nothing happens unless this very attempt still holds the task.
UPDATE task
SET state = $1, category = $2, why = $3, until = NULL, open_attempt = NULL,
    fingerprint = coalesce($4, fingerprint), output_id = coalesce($5, output_id), updated_at = $6
WHERE open_attempt = $7
