-- Adds a successful run to its step's day, in the row of this connection.
INSERT INTO step_day (step, day, connection, runs, wait_micros, fetch_micros, compute_micros, write_micros, squares,
    longest_micros, newest_attempt)
SELECT step, :day, pg_backend_pid() % 64, 1, greatest(started_at - ready_at, 0), :fetch, :compute, :write, :square, :at_work,
       :attempt
FROM attempt WHERE attempt_id = :attempt
ON CONFLICT (step, day, connection) DO UPDATE
SET runs = step_day.runs + 1, wait_micros = step_day.wait_micros + excluded.wait_micros,
    fetch_micros = step_day.fetch_micros + excluded.fetch_micros,
    compute_micros = step_day.compute_micros + excluded.compute_micros,
    write_micros = step_day.write_micros + excluded.write_micros, squares = step_day.squares + excluded.squares,
    longest_micros = greatest(step_day.longest_micros, excluded.longest_micros),
    newest_attempt = greatest(step_day.newest_attempt, excluded.newest_attempt)
