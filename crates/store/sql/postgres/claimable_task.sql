-- Of some tasks, an array a column, those that could be claimed, in their order: as of all tasks, but waiting for who holds
-- them locked. They are locked in one order by all who lock several.
WITH offered AS (
    SELECT task.task_id, offered.place
    FROM unnest(:step::text[], :partition::text[]) WITH ORDINALITY AS offered (step, partition, place)
    JOIN task ON task.step = offered.step AND task.partition = offered.partition
    WHERE task.claimable_from <= :now AND task.step <> ALL (:barred)
      AND (task.lane IS NULL OR task.lane <> ALL (:lanes) AND NOT EXISTS (
          SELECT 1 FROM task AS other WHERE other.lane = task.lane AND other.open_attempt IS NOT NULL))
      AND NOT EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(task.needs::jsonb) AS need (step)
          LEFT JOIN task AS upstream ON upstream.step = need.step AND upstream.partition = task.partition
          WHERE (upstream.state IN ('done', 'empty_ok', 'nothing')) IS NOT TRUE)
    ORDER BY offered.place
    LIMIT :at_most
), candidate AS (
    SELECT task.*, offered.place
    FROM offered JOIN task ON task.task_id = offered.task_id
    WHERE task.claimable_from <= :now
    ORDER BY task.task_id
    FOR UPDATE OF task
)
SELECT step, partition, state, category, why, instant, step_version, needs, outside, lane, priority, fingerprint, wanted,
       output_id, failures, wanted_since, updated_at, revision, task_id, claimable_from,
       lane IS NULL OR pg_try_advisory_xact_lock(hashtextextended(current_schema() || ' lane ' || lane, 0))
FROM candidate
ORDER BY place
