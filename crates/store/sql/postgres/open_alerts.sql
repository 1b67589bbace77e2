-- The alerts not resolved.
SELECT cause, subject, opened_at, held_at, resolved_at, severity, slas, subjects, subject_count, message, what_to_do,
       told_severity, told_slas
FROM alert WHERE resolved_at IS NULL ORDER BY alert_id
