-- Rules of the ledger, and how many rows break each. The plus keeps SQLite from reading every attempt in order of its task.
SELECT 'an open attempt holds its task', count(*) FROM attempt
WHERE outcome = 'open' AND NOT EXISTS (SELECT 1 FROM task WHERE open_attempt = attempt_id AND task.task_id = attempt.task_id)
UNION ALL
SELECT 'a running task is held by an open attempt of its own', count(*) FROM task
WHERE open_attempt IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM attempt WHERE attempt_id = open_attempt AND attempt.task_id = task.task_id AND outcome = 'open')
UNION ALL
SELECT 'a task has one open attempt at most', count(*) FROM (
    SELECT 1 FROM attempt WHERE outcome = 'open' GROUP BY +task_id HAVING count(*) > 1)
UNION ALL
SELECT 'an attempt ends after it started', count(*) FROM attempt WHERE ended_at < started_at
