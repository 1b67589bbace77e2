-- The fence: nothing happens unless this very attempt still holds the task.
UPDATE task
SET state = :state, category = :category, why = :why, instant = :instant, claimable_from = :claimable_from,
    open_attempt = NULL, fingerprint = :fingerprint, wanted = :wanted, output_id = :output, failures = :failures,
    wanted_since = :wanted_since, updated_at = :updated_at, revision = revision + 1
WHERE open_attempt = :attempt
