-- Opens attempts of tasks, an array a column. Returns the number of each.
INSERT INTO attempt (task_id, step, worker, ready_at, started_at, outcome, number, lease_until)
SELECT task_id, step, :worker, ready_at, :now, 'open', number, :lease_until
FROM unnest(:task::bigint[], :step::text[], :ready_at::bigint[], :number::bigint[]) WITH ORDINALITY
    AS opened (task_id, step, ready_at, number, place)
ORDER BY place
RETURNING task_id, attempt_id
