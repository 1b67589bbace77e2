-- A task that enters the grid; whoever was first stays.
INSERT INTO task (step, partition, state, category, why, instant, claimable_from, step_version, needs, outside, lane,
    priority, fingerprint, wanted, output_id, failures, wanted_since, updated_at, revision)
VALUES (:step, :partition, :state, :category, :why, :instant, :claimable_from, :step_version, :needs, :outside, :lane,
    :priority, :fingerprint, :wanted, :output, :failures, :wanted_since, :updated_at, 1)
ON CONFLICT (step, partition) DO NOTHING
