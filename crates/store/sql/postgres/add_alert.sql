-- Opens an alert.
INSERT INTO alert (cause, subject, opened_at, held_at, resolved_at, severity, slas, subjects, subject_count, message,
    what_to_do, told_severity, told_slas)
VALUES (:cause, :subject, :opened_at, :held_at, :resolved_at, :severity, :slas, :subjects, :subject_count, :message,
    :what_to_do, :told_severity, :told_slas)
