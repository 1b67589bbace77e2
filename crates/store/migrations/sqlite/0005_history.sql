-- What keeps the doctor's questions apart from how many attempts there ever were.

-- Never one in a sound ledger: see broken_rules.
CREATE INDEX attempt_backwards ON attempt (attempt_id) WHERE ended_at < started_at;
