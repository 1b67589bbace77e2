-- Notes outputs that attempts read, an array a column.
INSERT INTO attempt_input (attempt_id, step, output_id)
SELECT * FROM unnest(:attempt::bigint[], :step::text[], :output::bigint[])
