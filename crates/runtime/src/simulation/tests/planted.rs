//! Planted bugs: a ledger and a store of schedules that break one rule each.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::state::{LeaderLease, ScheduleId};
use crate::{
    Attempt, AttemptId, Beat, Breaker, Claim, Lease, LedgerError, Moved, OpenAttempt, Partition, RetryLoad,
    ScheduleStoreError, Settled, Settlement, StepId, Task, TaskState, TickRecord,
};

/// Which rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bug {
    /// A closed attempt is settled all the same.
    IgnoresTheFence,
    /// Every fiftieth settlement is said to be made, and is not.
    ForgetsSettlements,
    /// Every fiftieth write of tasks is said to be made, and is not.
    ForgetsTasks,
    /// A rightful settlement is refused once in fifty times.
    FencesTheRightful,
    /// Outputs are misnamed.
    MisnamesOutputs,
    /// What is done still seems to run, once in ten looks at a partition.
    ReadsStale,
    /// More is claimed than was asked for.
    ClaimsTooMany,
    /// Beats are never taken.
    TakesNoBeat,
    /// Of the tasks of many partitions it forgets the last.
    LosesTheLast,
    /// Every fiftieth set of rows is not what the step made.
    SpoilsRows,
    /// Whoever writes a task is told that he did.
    IgnoresRevisions,
    /// Lanes are not kept.
    IgnoresLanes,
    /// A claim is handed out twice.
    ClaimsTwice,
    /// Tasks are claimed before their time.
    ClaimsEarly,
    /// Barred steps are claimed.
    IgnoresBars,
    /// A claim reads nothing.
    ReadsNothing,
    /// One step is never claimed.
    StarvesAStep,
    /// Beats are always taken.
    TakesEveryBeat,
    /// Lost attempts are seen half a minute late.
    NoticesTooLate,
    /// What a step came to is not settled, as if the ledger were away.
    NeverSettles,
    /// Lost attempts are not seen.
    SeesNothing,
    /// Failures before the last are forgotten.
    CountsNoFailures,
    /// Every twentieth tick is forgotten after it was decided.
    ForgetsTicks,
    /// Ticks within an hour after one that was decided count as decided.
    SkipsTicks,
}

/// A store with a bug.
pub(super) struct Buggy<S: ?Sized> {
    store: Arc<S>,
    bug: Bug,
    calls: AtomicU64,
}

impl<S: ?Sized> Buggy<S> {
    fn has(&self, bug: Bug) -> bool {
        self.bug == bug
    }

    /// Whether the bug shows in this call, as it does once in so many.
    fn shows(&self, bug: Bug, once_in: u64) -> bool {
        self.has(bug) && self.calls.fetch_add(1, Ordering::Relaxed) % once_in == once_in - 1
    }
}

/// A stage with a bug.
pub(super) fn stage(bug: Bug) -> Stage<u64> {
    let Stage { ledger, schedules, pack, unpack } = Stage::in_memory();
    let ledger = Arc::new(Buggy { store: ledger, bug, calls: AtomicU64::new(0) });
    let schedules = Arc::new(Buggy { store: schedules, bug, calls: AtomicU64::new(0) });
    Stage { ledger, schedules, pack, unpack }
}

#[async_trait]
impl Ledger for Buggy<dyn Ledger<Rows = u64>> {
    type Rows = u64;

    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        let mut tasks = self.store.tasks(partitions).await?;
        if self.has(Bug::IgnoresLanes) {
            tasks.iter_mut().for_each(with_lane);
        }
        if self.has(Bug::CountsNoFailures) {
            let running = tasks.iter_mut().filter(|task| task.state == TaskState::Running);
            running.for_each(|task| task.failures = 0);
        }
        if self.has(Bug::LosesTheLast) && partitions.len() > 100 {
            tasks.pop();
        }
        if partitions.len() == 1 && self.shows(Bug::ReadsStale, 10) {
            let done = tasks.iter_mut().filter(|task| task.state == TaskState::Done);
            done.for_each(|task| task.state = TaskState::Running);
        }
        Ok(tasks)
    }

    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError> {
        self.store.unsettled().await
    }

    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError> {
        let as_if_written = || tasks.iter().map(|task| Task { revision: task.revision + 1, ..task.clone() }).collect();
        if self.shows(Bug::ForgetsTasks, 50) {
            return Ok(as_if_written());
        }
        let mut tasks = tasks.to_vec();
        if self.has(Bug::IgnoresLanes) {
            tasks.iter_mut().for_each(|task| task.recipe.lane = None);
        }
        let mut written = self.store.put(&tasks).await?;
        if self.has(Bug::IgnoresLanes) {
            written.iter_mut().for_each(with_lane);
        }
        if self.has(Bug::IgnoresRevisions) { Ok(as_if_written()) } else { Ok(written) }
    }

    async fn claim(&self, claim: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError> {
        let mut claim = claim.clone();
        if self.has(Bug::IgnoresBars) {
            claim.barred.clear();
        }
        if self.has(Bug::StarvesAStep) {
            claim.barred.push("label".into());
        }
        if self.has(Bug::ClaimsTooMany) {
            claim.at_most += 1;
        }
        let early = if self.has(Bug::ClaimsEarly) { SignedDuration::from_secs(5) } else { SignedDuration::ZERO };
        let mut leases = self.store.claim(&claim, now + early).await?;
        if self.has(Bug::ClaimsTwice) {
            leases.extend(leases.clone());
        }
        for lease in &mut leases {
            if self.has(Bug::ReadsNothing) {
                lease.inputs.clear();
            }
            if self.has(Bug::CountsNoFailures) {
                lease.task.failures = 0;
            }
            if self.has(Bug::IgnoresLanes) {
                with_lane(&mut lease.task);
            }
        }
        Ok(leases)
    }

    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError> {
        let gone = self.store.beat(beats).await?;
        match self.bug {
            Bug::TakesEveryBeat => Ok(Vec::new()),
            Bug::TakesNoBeat => Ok(beats.iter().map(|beat| beat.attempt).collect()),
            _ => Ok(gone),
        }
    }

    async fn settle(&self, mut how: Settlement<u64>, now: Timestamp) -> Result<Settled, LedgerError> {
        if self.has(Bug::NeverSettles) && how.task.key.step.as_str() == "label" {
            return Err(LedgerError::Unavailable("it is away".into()));
        }
        if self.shows(Bug::ForgetsSettlements, 50) {
            return Ok(Settled { output: how.task.output, rows_written: 0, write: SignedDuration::ZERO });
        }
        if self.shows(Bug::FencesTheRightful, 50) {
            return Err(LedgerError::Fenced(how.task.key));
        }
        if let Some(rows) = how.rows.as_mut()
            && self.shows(Bug::SpoilsRows, 50)
        {
            *rows = Arc::new(**rows ^ 1);
        }
        let output = how.task.output;
        match self.store.settle(how, now).await {
            Err(LedgerError::Fenced(_)) if self.has(Bug::IgnoresTheFence) => {
                Ok(Settled { output, rows_written: 0, write: SignedDuration::ZERO })
            }
            Ok(settled) if self.has(Bug::MisnamesOutputs) => {
                let output = settled.output.map(|output| OutputId(output.0 + 1));
                Ok(Settled { output, ..settled })
            }
            settled => settled,
        }
    }

    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError> {
        let mut open = self.store.open_attempts().await?;
        if self.has(Bug::NoticesTooLate) {
            let late = SignedDuration::from_secs(30);
            open.iter_mut().for_each(|open| open.attempt.lease_until += late);
        }
        if self.has(Bug::SeesNothing) {
            open.clear();
        }
        Ok(open)
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        self.store.newest_attempts(partitions).await
    }

    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError> {
        self.store.retry_load(step, since).await
    }

    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError> {
        self.store.breakers().await
    }

    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError> {
        self.store.move_breaker(of, from, to).await
    }

    async fn changed(&self, at_most: SignedDuration) {
        self.store.changed(at_most).await;
    }
}

/// All tasks of a step in one lane, as somebody who forgets lanes would not have it.
fn with_lane(task: &mut Task) {
    task.recipe.lane = (task.key.step.as_str() == "ship").then(|| "gate".into());
}

#[async_trait]
impl ScheduleStore for Buggy<dyn ScheduleStore> {
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError> {
        let mut considered = self.store.last_considered(schedules).await?;
        if self.has(Bug::SkipsTicks) {
            considered.values_mut().for_each(|at| *at += SignedDuration::from_hours(1));
        }
        Ok(considered)
    }

    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        if self.shows(Bug::ForgetsTicks, 20) {
            return Ok(ticks.to_vec());
        }
        self.store.record(ticks).await
    }

    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        self.store.ticks_since(from).await
    }

    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError> {
        self.store.lead(name, holder, now, ttl).await
    }
}
