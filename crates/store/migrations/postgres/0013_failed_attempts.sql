-- What keeps the question for failures apart from how many attempts there ever were.

CREATE INDEX attempt_failed ON attempt (attempt_id, step, started_at) WHERE outcome = 'failed';
