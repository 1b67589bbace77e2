//! Tasks and attempts in memory: a ledger that forgets, and the model that other ledgers are held to.

mod claim;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::{
    Attempt, AttemptId, AttemptOutcome, Beat, Breaker, Claim, Lease, Ledger, LedgerError, Moved, OpenAttempt, OutputId,
    Partition, RetryLoad, Settled, Settlement, StepId, Task, TaskKey, TaskState,
};

/// A ledger until the process ends. It keeps every output set whole.
pub struct MemoryLedger<R> {
    kept: Mutex<Kept<R>>,
    bell: Notify,
}

struct Kept<R> {
    grid: BTreeMap<Partition, BTreeMap<StepId, Entry>>,
    entered: u64,
    /// What may be claimed, held, tried again or replayed: of a long history, the few that most questions are about.
    unsettled: BTreeSet<TaskKey>,
    attempts: BTreeMap<AttemptId, Made>,
    /// The attempts at each step, by when they were started.
    started: BTreeMap<StepId, BTreeSet<(Timestamp, AttemptId)>>,
    outputs: BTreeMap<OutputId, Arc<R>>,
    /// Those that are not simply closed.
    breakers: BTreeMap<StepId, Breaker>,
}

/// A task, and who holds it.
struct Entry {
    task: Task,
    /// In which order it entered the grid.
    entered: u64,
    open: Option<AttemptId>,
    newest: Option<AttemptId>,
}

/// An attempt, and the outputs it reads.
struct Made {
    attempt: Attempt,
    inputs: BTreeMap<StepId, OutputId>,
}

impl<R> Default for MemoryLedger<R> {
    fn default() -> Self {
        let kept = Kept {
            grid: BTreeMap::new(),
            entered: 0,
            unsettled: BTreeSet::new(),
            attempts: BTreeMap::new(),
            started: BTreeMap::new(),
            outputs: BTreeMap::new(),
            breakers: BTreeMap::new(),
        };
        Self { kept: Mutex::new(kept), bell: Notify::new() }
    }
}

impl<R> MemoryLedger<R> {
    /// An output set.
    pub fn output(&self, output: OutputId) -> Option<Arc<R>> {
        self.kept().outputs.get(&output).cloned()
    }

    /// Every attempt that was ever opened, in order.
    pub fn attempts(&self) -> Vec<Attempt> {
        self.kept().attempts.values().map(|made| made.attempt.clone()).collect()
    }

    /// When the first task can be claimed, if any ever can.
    pub fn claimable_from(&self) -> Option<Timestamp> {
        self.kept().unsettled().filter_map(|entry| entry.task.state.claimable_from()).min()
    }

    /// When the first lease runs out, if any is held.
    pub fn lease_until(&self) -> Option<Timestamp> {
        self.kept().open().map(|made| made.attempt.lease_until).min()
    }

    fn kept(&self) -> MutexGuard<'_, Kept<R>> {
        self.kept.lock().expect("no panic while it is held")
    }
}

impl<R> Kept<R> {
    fn unsettled(&self) -> impl Iterator<Item = &Entry> {
        self.unsettled.iter().filter_map(|key| self.entry(key))
    }

    /// Notes where a task stands now that it was written.
    fn note_written(&mut self, key: &TaskKey) {
        if self.entry(key).is_some_and(|entry| is_unsettled(&entry.task.state)) {
            self.unsettled.insert(key.clone());
        } else {
            self.unsettled.remove(key);
        }
    }

    fn entry(&self, key: &TaskKey) -> Option<&Entry> {
        self.grid.get(&key.partition)?.get(&key.step)
    }

    fn entry_mut(&mut self, key: &TaskKey) -> Option<&mut Entry> {
        self.grid.get_mut(&key.partition)?.get_mut(&key.step)
    }

    /// The tasks of some partitions, in the order they entered the grid.
    fn of(&self, partitions: &[Partition]) -> Vec<&Entry> {
        let mut distinct: Vec<&Partition> = partitions.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut entries: Vec<&Entry> =
            distinct.into_iter().filter_map(|partition| self.grid.get(partition)).flat_map(BTreeMap::values).collect();
        entries.sort_unstable_by_key(|entry| entry.entered);
        entries
    }

    fn open(&self) -> impl Iterator<Item = &Made> {
        let open = self.unsettled().filter_map(|entry| entry.open);
        open.filter_map(|attempt| self.attempts.get(&attempt))
    }

    fn put(&mut self, task: &Task) -> Option<Task> {
        let written = Task { revision: task.revision + 1, ..task.clone() };
        match self.entry_mut(&task.key) {
            Some(entry) if entry.task.revision == task.revision && entry.open.is_none() => entry.task = written.clone(),
            None if task.revision == 0 => {
                let entry = Entry { task: written.clone(), entered: self.entered, open: None, newest: None };
                self.entered += 1;
                let partition = self.grid.entry(task.key.partition.clone()).or_default();
                partition.insert(task.key.step.clone(), entry);
            }
            Some(_) | None => return None,
        }
        self.note_written(&task.key);
        Some(written)
    }
}

#[async_trait]
impl<R: PartialEq + Send + Sync + 'static> Ledger for MemoryLedger<R> {
    type Rows = R;

    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        Ok(self.kept().of(partitions).into_iter().map(|entry| entry.task.clone()).collect())
    }

    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError> {
        let kept = self.kept();
        let mut unsettled: Vec<&Entry> = kept.unsettled().collect();
        unsettled.sort_by_key(|entry| (entry.task.updated_at, entry.entered));
        Ok(unsettled.into_iter().map(|entry| entry.task.clone()).collect())
    }

    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError> {
        let written = {
            let mut kept = self.kept();
            tasks.iter().filter_map(|task| kept.put(task)).collect()
        };
        self.bell.notify_waiters();
        Ok(written)
    }

    async fn claim(&self, claim: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError> {
        Ok(self.kept().claim(claim, now))
    }

    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError> {
        let mut kept = self.kept();
        let gone = beats.iter().filter(|beat| match kept.attempts.get_mut(&beat.attempt) {
            Some(Made { attempt, .. }) if attempt.outcome == AttemptOutcome::Open => {
                attempt.lease_until = beat.lease_until;
                attempt.progress = beat.progress.clone();
                false
            }
            Some(_) | None => true,
        });
        Ok(gone.map(|beat| beat.attempt).collect())
    }

    async fn settle(&self, how: Settlement<R>, now: Timestamp) -> Result<Settled, LedgerError> {
        let settled = self.kept().settle(&how, now);
        self.bell.notify_waiters();
        settled.ok_or(LedgerError::Fenced(how.task.key))
    }

    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError> {
        let kept = self.kept();
        let mut open: Vec<OpenAttempt> = Vec::new();
        for Made { attempt, inputs } in kept.open() {
            let task = kept.entry(&attempt.key).expect("an attempt has a task").task.clone();
            let lease = Lease { attempt: attempt.id, task, inputs: inputs.clone(), claimed_at: attempt.started_at };
            open.push(OpenAttempt { attempt: attempt.clone(), lease });
        }
        open.sort_unstable_by_key(|open| open.attempt.id);
        Ok(open)
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        let kept = self.kept();
        let newest = kept.of(partitions).into_iter().filter_map(|entry| kept.attempts.get(&entry.newest?));
        Ok(newest.map(|made| made.attempt.clone()).collect())
    }

    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError> {
        let kept = self.kept();
        let waits = |task: &Task| matches!(task.state, TaskState::RetryAt { .. }) && task.key.step == *step;
        let promised = kept.unsettled().filter(|entry| waits(&entry.task)).count();
        let mut load = RetryLoad { originals: 0, retries: promised as u64 };
        let started =
            kept.started.get(step).into_iter().flat_map(|of_step| of_step.range((since, AttemptId(i64::MIN))..));
        for Made { attempt, .. } in started.filter_map(|(_, attempt)| kept.attempts.get(attempt)) {
            match attempt.number {
                1 => load.originals += 1,
                _ => load.retries += 1,
            }
        }
        Ok(load)
    }

    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError> {
        Ok(self.kept().breakers.clone())
    }

    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError> {
        let mut kept = self.kept();
        if *kept.breakers.get(of).unwrap_or(&Breaker::default()) != *from {
            return Ok(Moved::No);
        }
        if *to == Breaker::default() {
            kept.breakers.remove(of);
        } else {
            kept.breakers.insert(of.clone(), to.clone());
        }
        Ok(Moved::Yes)
    }

    async fn changed(&self, at_most: SignedDuration) {
        let at_most = Duration::try_from(at_most).unwrap_or_default();
        // Either way the caller looks again.
        let _ = tokio::time::timeout(at_most, self.bell.notified()).await;
    }
}

fn is_unsettled(state: &TaskState) -> bool {
    match state {
        TaskState::Ready { .. }
        | TaskState::Running
        | TaskState::RetryAt { .. }
        | TaskState::Snoozed { .. }
        | TaskState::Dead { .. }
        | TaskState::Cancelled { .. } => true,
        TaskState::Planned
        | TaskState::NotYet { .. }
        | TaskState::Nothing { .. }
        | TaskState::Done
        | TaskState::EmptyOk { .. } => false,
    }
}
