-- Adds a change that a notification tells.
INSERT INTO news (notification_id, place, change, cause, subject, opened_at, held_at, resolved_at, severity, slas,
    subjects, subject_count, message, what_to_do, told_severity, told_slas)
VALUES (:notification, :place, :change, :cause, :subject, :opened_at, :held_at, :resolved_at, :severity, :slas,
    :subjects, :subject_count, :message, :what_to_do, :told_severity, :told_slas)
