-- Adds a successful run to its step's day.
INSERT INTO step_day (step, day, runs, wait_micros, fetch_micros, compute_micros, write_micros, squares, longest_micros,
    newest_attempt)
SELECT step, :day, 1, max(started_at - ready_at, 0), :fetch, :compute, :write, :square, :at_work, :attempt
FROM attempt WHERE attempt_id = :attempt
ON CONFLICT (step, day) DO UPDATE
SET runs = runs + 1, wait_micros = wait_micros + excluded.wait_micros,
    fetch_micros = fetch_micros + excluded.fetch_micros, compute_micros = compute_micros + excluded.compute_micros,
    write_micros = write_micros + excluded.write_micros, squares = squares + excluded.squares,
    longest_micros = max(longest_micros, excluded.longest_micros),
    newest_attempt = max(newest_attempt, excluded.newest_attempt)
