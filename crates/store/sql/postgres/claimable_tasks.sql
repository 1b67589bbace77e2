-- The tasks that could be claimed, most urgent first, but none of a barred step, of a lane that is taken, or that waits for
-- another; each locked, and whether its lane could be locked too. What others hold locked they are about to claim or write.
WITH candidate AS (
    SELECT * FROM task
    WHERE task.claimable_from <= :now AND task.step <> ALL (:barred)
      AND (task.lane IS NULL OR task.lane <> ALL (:lanes) AND NOT EXISTS (
          SELECT 1 FROM task AS other WHERE other.lane = task.lane AND other.open_attempt IS NOT NULL))
      AND NOT EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(task.needs::jsonb) AS need (step)
          LEFT JOIN task AS upstream ON upstream.step = need.step AND upstream.partition = task.partition
          WHERE (upstream.state IN ('done', 'empty_ok', 'nothing')) IS NOT TRUE)
    ORDER BY task.priority, task.claimable_from, task.task_id
    LIMIT :at_most
    FOR UPDATE SKIP LOCKED
)
SELECT step, partition, state, category, why, instant, step_version, needs, outside, lane, priority, fingerprint, wanted,
       output_id, failures, wanted_since, updated_at, revision, task_id, claimable_from,
       lane IS NULL OR pg_try_advisory_xact_lock(hashtextextended(current_schema() || ' lane ' || lane, 0))
FROM candidate
ORDER BY priority, claimable_from, task_id
