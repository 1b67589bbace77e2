-- What the successful runs of every step took since a day.
SELECT step, day, sum(runs)::bigint, sum(wait_micros)::bigint, sum(fetch_micros)::bigint, sum(compute_micros)::bigint,
       sum(write_micros)::bigint, sum(squares), max(longest_micros)
FROM step_day WHERE day >= :since GROUP BY step, day ORDER BY step, day
