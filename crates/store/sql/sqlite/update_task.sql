-- A task as it stands now, unless somebody wrote it since it was read, or works on it.
UPDATE task
SET state = :state, category = :category, why = :why, instant = :instant, claimable_from = :claimable_from,
    step_version = :step_version, needs = :needs, outside = :outside, lane = :lane, priority = :priority,
    fingerprint = :fingerprint, wanted = :wanted, output_id = :output, failures = :failures,
    wanted_since = :wanted_since, updated_at = :updated_at, revision = revision + 1
WHERE step = :step AND partition = :partition AND revision = :revision AND open_attempt IS NULL
