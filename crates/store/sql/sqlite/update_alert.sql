-- An alert as it stands now; root and opening identify it.
UPDATE alert
SET held_at = :held_at, resolved_at = :resolved_at, severity = :severity, slas = :slas, subjects = :subjects,
    subject_count = :subject_count, message = :message, what_to_do = :what_to_do, told_severity = :told_severity,
    told_slas = :told_slas
WHERE cause = :cause AND subject = :subject AND opened_at = :opened_at
