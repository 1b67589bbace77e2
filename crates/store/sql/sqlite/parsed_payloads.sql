-- Payloads that need no parsing: parsed ones, with the rows that nothing known could be found for, and those that
-- cannot be read or that somebody dropped.
SELECT task.partition,
       (SELECT coalesce(sum(count), 0) FROM reject_count
        WHERE reject_count.attempt_id = task.output_id AND reason IN ('unknown_game', 'unresolved_player'))
FROM task
WHERE task.step = 'process'
  AND (task.output_id IS NOT NULL OR task.state = 'cancelled'
       OR (task.state = 'dead' AND task.category = 'upstream_failure'))
