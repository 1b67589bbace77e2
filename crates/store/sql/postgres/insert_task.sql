-- Tasks that enter the grid, an array a column; whoever was first stays. Returns which entered.
INSERT INTO task (step, partition, state, category, why, instant, claimable_from, step_version, needs, outside, lane,
    priority, fingerprint, wanted, output_id, failures, wanted_since, updated_at, revision)
SELECT step, partition, state, category, why, instant, claimable_from, step_version, needs, outside, lane,
    priority, fingerprint, wanted, output_id, failures, wanted_since, updated_at, 1
FROM unnest(:step::text[], :partition::text[], :state::text[], :category::text[], :why::text[], :instant::bigint[],
    :claimable_from::bigint[], :step_version::bigint[], :needs::text[], :outside::bytea[], :lane::text[],
    :priority::bigint[], :fingerprint::bytea[], :wanted::bytea[], :output::bigint[], :failures::bigint[],
    :wanted_since::bigint[], :updated_at::bigint[]) WITH ORDINALITY
    AS new (step, partition, state, category, why, instant, claimable_from, step_version, needs, outside, lane,
    priority, fingerprint, wanted, output_id, failures, wanted_since, updated_at, place)
ORDER BY place
ON CONFLICT (step, partition) DO NOTHING
RETURNING step, partition
