-- Payloads that need no parsing: parsed ones, with the rows that nothing known could be found for, and unreadable ones.
SELECT task.partition,
       (SELECT coalesce(sum(count), 0)::bigint FROM reject_count
        WHERE reject_count.attempt_id = task.output_id AND reason IN ('unknown_game', 'unresolved_player'))
FROM task
WHERE task.step = 'process'
  AND (task.output_id IS NOT NULL OR (task.state = 'failed' AND task.category = 'upstream_failure'))
