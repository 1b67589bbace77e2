//! Claiming in memory: candidates in order, each taken only if nothing it needs has moved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Entry, Kept, Made};
use crate::{
    Attempt, AttemptId, AttemptOutcome, Claim, Lane, Lease, OutputId, StepId, Task, TaskKey, TaskState, Timing, Work,
};

impl<R> Kept<R> {
    /// Opens attempts of claimable tasks.
    pub(super) fn claim(&mut self, wanted: &Claim, now: Timestamp) -> Vec<Lease> {
        let mut lanes: BTreeSet<Lane> =
            self.open().filter_map(|made| self.entry(&made.attempt.key)?.task.recipe.lane.clone()).collect();
        let mut probed = BTreeSet::new();
        let mut leases = Vec::new();
        for key in self.candidates(&wanted.work, now) {
            if leases.len() >= wanted.at_most {
                break;
            }
            let task = &self.entry(&key).expect("a candidate is a task").task;
            let lane = task.recipe.lane.clone();
            let is_free = lane.as_ref().is_none_or(|lane| !lanes.contains(lane));
            if wanted.barred.contains(&key.step) || probed.contains(&key.step) || !is_free || !is_claimable(task, now) {
                continue;
            }
            let Some(inputs) = self.inputs(task) else { continue };
            if wanted.probed.contains(&key.step) {
                probed.insert(key.step.clone());
            }
            lanes.extend(lane);
            leases.push(self.take(&key, inputs, wanted, now));
        }
        leases
    }

    /// What could be claimed: the most urgent first, or as asked.
    fn candidates(&self, work: &Work, now: Timestamp) -> Vec<TaskKey> {
        match work {
            Work::Anything => {
                let mut claimable: Vec<&Entry> =
                    self.unsettled().filter(|entry| is_claimable(&entry.task, now)).collect();
                claimable.sort_unstable_by_key(|entry| {
                    (entry.task.recipe.priority, entry.task.state.claimable_from(), entry.entered)
                });
                claimable.into_iter().map(|entry| entry.task.key.clone()).collect()
            }
            Work::Of(keys) => keys.iter().filter(|key| self.entry(key).is_some()).cloned().collect(),
        }
    }

    /// The outputs a task reads; nothing while one of them is being made anew.
    fn inputs(&self, task: &Task) -> Option<BTreeMap<StepId, OutputId>> {
        let mut inputs = BTreeMap::new();
        for step in &task.recipe.needs {
            let upstream = &self.grid.get(&task.key.partition)?.get(step)?.task;
            match (&upstream.state, upstream.output) {
                (TaskState::Done, Some(output)) => {
                    inputs.insert(step.clone(), output);
                }
                (TaskState::Nothing { .. } | TaskState::EmptyOk { .. }, _) => {}
                _ => return None,
            }
        }
        Some(inputs)
    }

    fn take(&mut self, key: &TaskKey, inputs: BTreeMap<StepId, OutputId>, claim: &Claim, now: Timestamp) -> Lease {
        let attempt = AttemptId(self.attempts.last_key_value().map_or(1, |(newest, _)| newest.0 + 1));
        let entry = self.entry_mut(key).expect("a candidate is a task");
        let ready_at = entry.task.state.claimable_from().unwrap_or(now);
        let number = entry.task.failures + 1;
        entry.task.state = TaskState::Running;
        entry.task.updated_at = now;
        entry.task.revision += 1;
        entry.open = Some(attempt);
        entry.newest = Some(attempt);
        let lease = Lease { attempt, task: entry.task.clone(), inputs: inputs.clone(), claimed_at: now };
        let opened = Attempt {
            id: attempt,
            key: key.clone(),
            worker: claim.worker.clone(),
            ready_at,
            started_at: now,
            ended_at: None,
            outcome: AttemptOutcome::Open,
            message: None,
            number,
            lease_until: claim.lease_until,
            progress: None,
            rows_written: 0,
            timing: Timing::default(),
        };
        self.attempts.insert(attempt, Made { attempt: opened, inputs });
        self.started.entry(key.step.clone()).or_default().insert((now, attempt));
        self.note_written(key);
        lease
    }
}

fn is_claimable(task: &Task, now: Timestamp) -> bool {
    task.state.claimable_from().is_some_and(|from| from <= now)
}
