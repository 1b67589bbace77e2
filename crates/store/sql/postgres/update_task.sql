-- Tasks as they stand now, an array a column, unless somebody wrote them since they were read, or works on them. They are
-- locked in one order by all who write several. Returns which were written.
WITH held AS (
    SELECT task.task_id, new.*
    FROM unnest(:step::text[], :partition::text[], :state::text[], :category::text[], :why::text[], :instant::bigint[],
        :claimable_from::bigint[], :step_version::bigint[], :needs::text[], :outside::bytea[], :lane::text[],
        :priority::bigint[], :fingerprint::bytea[], :wanted::bytea[], :output::bigint[], :failures::bigint[],
        :wanted_since::bigint[], :updated_at::bigint[], :revision::bigint[])
        AS new (step, partition, state, category, why, instant, claimable_from, step_version, needs, outside, lane,
        priority, fingerprint, wanted, output_id, failures, wanted_since, updated_at, revision)
    JOIN task ON task.step = new.step AND task.partition = new.partition
    WHERE task.revision = new.revision AND task.open_attempt IS NULL
    ORDER BY task.task_id
    FOR UPDATE OF task
)
UPDATE task
SET state = held.state, category = held.category, why = held.why, instant = held.instant,
    claimable_from = held.claimable_from, step_version = held.step_version, needs = held.needs, outside = held.outside,
    lane = held.lane, priority = held.priority, fingerprint = held.fingerprint, wanted = held.wanted,
    output_id = held.output_id, failures = held.failures, wanted_since = held.wanted_since,
    updated_at = held.updated_at, revision = held.revision + 1
FROM held
WHERE task.task_id = held.task_id
RETURNING task.step, task.partition
