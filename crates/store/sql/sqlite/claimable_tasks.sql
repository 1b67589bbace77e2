-- The tasks that could be claimed, most urgent first, but none of a lane that is taken or of a barred step; those come as
-- a JSON array.
SELECT task.step, task.partition, task.state, task.category, task.why, task.instant, task.step_version, task.needs, task.outside,
       task.lane, task.priority, task.fingerprint, task.wanted, task.output_id, task.failures, task.wanted_since,
       task.updated_at, task.revision, task.task_id, task.claimable_from
FROM task
WHERE task.claimable_from <= :now AND task.step NOT IN (SELECT value FROM json_each(:barred))
  AND (task.lane IS NULL OR NOT EXISTS (
      SELECT 1 FROM task AS other WHERE other.lane = task.lane AND other.open_attempt IS NOT NULL))
ORDER BY task.priority, task.claimable_from, task.task_id
LIMIT :at_most
