-- An output and everything it was made from, each step once, nearest first.
WITH RECURSIVE chain (output_id, depth) AS (
    SELECT $1::bigint, 0
    UNION
    SELECT attempt_input.output_id, chain.depth + 1
    FROM chain JOIN attempt_input ON attempt_input.attempt_id = chain.output_id
)
SELECT task.step, chain.output_id, attempt.ended_at
FROM (SELECT output_id, min(depth) AS depth FROM chain GROUP BY output_id) AS chain
JOIN attempt ON attempt.attempt_id = chain.output_id
JOIN task ON task.task_id = attempt.task_id
ORDER BY chain.depth, task.step
