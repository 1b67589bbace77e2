//! A ledger and a store of schedules behind a gate: somebody decides when each call arrives, and whether its answer does.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::state::{LeaderLease, ScheduleId};
use crate::{
    Attempt, AttemptId, Beat, Breaker, Claim, Lease, Ledger, LedgerError, Moved, OpenAttempt, Partition, RetryLoad,
    ScheduleStore, ScheduleStoreError, Settled, Settlement, StepId, Task, TickRecord,
};

/// A call to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    /// One that only reads, by its name.
    Read(&'static str),
    /// One that may write, by its name.
    Write(&'static str),
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It arrives and is answered.
    Answered,
    /// It arrives, and its answer comes later.
    AnsweredLate,
    /// It arrives, and nobody learns what came of it.
    Unanswered,
    /// It never arrives.
    Lost,
}

/// Decides what becomes of calls.
pub(crate) trait Gatekeeper: Send + Sync {
    /// Returns when the call arrives, or when it is known that it will not.
    fn admit(&self, call: Call) -> BoxFuture<'static, Fate>;

    /// Returns when a late answer comes.
    fn answer(&self) -> BoxFuture<'static, ()> {
        std::future::ready(()).boxed()
    }
}

/// A store as one process reaches it.
pub(crate) struct Gate<S: ?Sized> {
    /// The store.
    pub(crate) store: Arc<S>,
    /// Who decides.
    pub(crate) keeper: Arc<dyn Gatekeeper>,
}

/// No answer came.
#[derive(Debug, thiserror::Error)]
#[error("no answer came")]
struct NoAnswer;

trait Unanswered {
    fn unanswered() -> Self;
}

impl Unanswered for LedgerError {
    fn unanswered() -> Self {
        Self::Unavailable(Box::new(NoAnswer))
    }
}

impl Unanswered for ScheduleStoreError {
    fn unanswered() -> Self {
        Self(Box::new(NoAnswer))
    }
}

impl<S: ?Sized> Gate<S> {
    async fn pass<T, E: Unanswered>(&self, call: Call, through: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        match self.keeper.admit(call).await {
            Fate::Answered => through.await,
            Fate::AnsweredLate => {
                let answer = through.await;
                self.keeper.answer().await;
                answer
            }
            Fate::Lost => Err(E::unanswered()),
            Fate::Unanswered => {
                // Whatever came of it, its caller does not learn it.
                let _ = through.await;
                Err(E::unanswered())
            }
        }
    }
}

#[async_trait]
impl<S: Ledger + ?Sized> Ledger for Gate<S> {
    type Rows = S::Rows;

    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        self.pass(Call::Read("tasks"), self.store.tasks(partitions)).await
    }

    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError> {
        self.pass(Call::Read("unsettled"), self.store.unsettled()).await
    }

    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError> {
        self.pass(Call::Write("put"), self.store.put(tasks)).await
    }

    async fn claim(&self, claim: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError> {
        self.pass(Call::Write("claim"), self.store.claim(claim, now)).await
    }

    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError> {
        self.pass(Call::Write("beat"), self.store.beat(beats)).await
    }

    async fn settle(&self, how: Settlement<S::Rows>, now: Timestamp) -> Result<Settled, LedgerError> {
        self.pass(Call::Write("settle"), self.store.settle(how, now)).await
    }

    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError> {
        self.pass(Call::Read("open_attempts"), self.store.open_attempts()).await
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        self.pass(Call::Read("newest_attempts"), self.store.newest_attempts(partitions)).await
    }

    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError> {
        self.pass(Call::Read("retry_load"), self.store.retry_load(step, since)).await
    }

    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError> {
        self.pass(Call::Read("breakers"), self.store.breakers()).await
    }

    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError> {
        self.pass(Call::Write("move_breaker"), self.store.move_breaker(of, from, to)).await
    }

    async fn changed(&self, at_most: SignedDuration) {
        self.store.changed(at_most).await;
    }
}

#[async_trait]
impl<S: ScheduleStore + ?Sized> ScheduleStore for Gate<S> {
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError> {
        self.pass(Call::Read("last_considered"), self.store.last_considered(schedules)).await
    }

    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        self.pass(Call::Write("record"), self.store.record(ticks)).await
    }

    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        self.pass(Call::Read("ticks_since"), self.store.ticks_since(from)).await
    }

    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError> {
        self.pass(Call::Write("lead"), self.store.lead(name, holder, now, ttl)).await
    }
}
