-- A decided tick, unless it was decided before.
INSERT INTO tick (schedule, due, decision, why, first, at_least, late_by, decided_at)
VALUES (:schedule, :due, :decision, :why, :first, :at_least, :late_by, :decided_at)
ON CONFLICT (schedule, due) DO NOTHING
