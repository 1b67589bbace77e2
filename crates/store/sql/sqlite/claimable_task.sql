-- One task, if it can be claimed and its lane is free.
SELECT task.step, task.partition, task.state, task.category, task.why, task.instant, task.step_version, task.needs, task.outside,
       task.lane, task.priority, task.fingerprint, task.wanted, task.output_id, task.failures, task.wanted_since,
       task.updated_at, task.revision, task.task_id, task.claimable_from
FROM task
WHERE task.step = :step AND task.partition = :partition AND task.claimable_from <= :now
  AND (task.lane IS NULL OR NOT EXISTS (
      SELECT 1 FROM task AS other WHERE other.lane = task.lane AND other.open_attempt IS NOT NULL))
