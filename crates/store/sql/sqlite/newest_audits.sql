-- What was done by hand, newest first.
SELECT at, actor, action, subject, outcome, detail FROM audit ORDER BY audit_id DESC LIMIT :at_most
