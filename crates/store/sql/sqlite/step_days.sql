-- What the successful runs of every step took since a day.
SELECT step, day, runs, wait_micros, fetch_micros, compute_micros, write_micros, squares, longest_micros
FROM step_day WHERE day >= :since ORDER BY step, day
