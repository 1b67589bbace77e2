-- Decided ticks, an array a column, unless they were decided before. Returns which are new.
INSERT INTO tick (schedule, due, decision, why, first, at_least, late_by, decided_at)
SELECT * FROM unnest(:schedule::text[], :due::bigint[], :decision::text[], :why::text[], :first::bigint[],
    :at_least::bigint[], :late_by::bigint[], :decided_at::bigint[])
ON CONFLICT (schedule, due) DO NOTHING
RETURNING schedule, due
