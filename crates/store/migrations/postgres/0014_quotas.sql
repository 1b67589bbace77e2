-- A provider's quota may be told to be nearly spent.

ALTER TABLE alert DROP CONSTRAINT alert_cause_check;
ALTER TABLE alert ADD CONSTRAINT alert_cause_check CHECK (cause IN ('task_dead', 'task_late', 'will_be_late', 'attempt_silent', 'attempt_lost',
        'breaker_open', 'quota_low', 'retry_budget_spent', 'tick_missed', 'nothing_happened', 'slowdown_critical',
        'dead_letter_old', 'route_silent', 'store_trouble', 'disk_full', 'clock_stepped'));
