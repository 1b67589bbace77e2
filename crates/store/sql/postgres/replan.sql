-- A state decided before any work: no run of the past stands for it any more. An open attempt keeps its task.
INSERT INTO task (step, partition, state, why, until, updated_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (step, partition) DO UPDATE
SET state = excluded.state, category = NULL, why = excluded.why, until = excluded.until, fingerprint = NULL,
    updated_at = excluded.updated_at
WHERE task.open_attempt IS NULL
