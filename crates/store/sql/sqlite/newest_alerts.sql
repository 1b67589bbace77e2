-- The open alerts first, then the newest.
SELECT cause, subject, opened_at, held_at, resolved_at, severity, slas, subjects, subject_count, message, what_to_do,
       told_severity, told_slas
FROM alert ORDER BY resolved_at IS NOT NULL, opened_at DESC, cause, subject LIMIT :at_most
