-- Opens an attempt, and tells its number.
INSERT INTO attempt (task_id, step, worker, ready_at, started_at, outcome, number, lease_until)
VALUES (:task, :step, :worker, :ready_at, :now, 'open', :number, :lease_until)
RETURNING attempt_id
