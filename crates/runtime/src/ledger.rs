//! The port to the store that keeps tasks and attempts. It is told what to write and never decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Attempt, AttemptId, AttemptOutcome, Breaker, Lease, OutputId, Partition, Progress, RetryLoad, StepId, Task,
    TaskKey, Timing, WorkerId,
};

/// Which tasks somebody offers to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Whatever is claimable, by priority, then by age.
    Anything,
    /// Of these, in this order.
    Of(Vec<TaskKey>),
}

/// An offer to work.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Who offers.
    pub worker: WorkerId,
    /// What he would do.
    pub work: Work,
    /// How many tasks he takes at most.
    pub at_most: usize,
    /// Steps that are left alone now.
    pub barred: Vec<StepId>,
    /// Steps of which he takes one task at most, to probe whether they work again.
    pub probed: Vec<StepId>,
    /// Until when he holds what he takes, unless he says that he is still there.
    pub lease_until: Timestamp,
}

/// A worker's word that an attempt goes on.
#[derive(Debug, Clone)]
pub struct Beat {
    /// Which attempt.
    pub attempt: AttemptId,
    /// Until when it is held.
    pub lease_until: Timestamp,
    /// How far it is, if it ever said so.
    pub progress: Option<Progress>,
}

/// How an attempt is to be closed.
#[derive(Debug)]
pub struct Settlement<R> {
    /// Which attempt: the fence.
    pub attempt: AttemptId,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// Reason or error chain, for people.
    pub message: Option<String>,
    /// The task as it stands then; its output is the store's to tell.
    pub task: Task,
    /// The rows to commit with it. Shared, so that a settlement that found no database can be made again.
    pub rows: Option<Arc<R>>,
    /// Time spent reading and computing.
    pub timing: Timing,
}

/// What the store did when it settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The task's current output. When a run produced the very rows it had produced before, this stays the
    /// earlier output and nothing is written.
    pub output: Option<OutputId>,
    /// Rows added, counted by the store.
    pub rows_written: u64,
    /// How long the commit took to prepare.
    pub write: SignedDuration,
}

/// An attempt that has not ended, with its task.
#[derive(Debug, Clone)]
pub struct OpenAttempt {
    /// The attempt.
    pub attempt: Attempt,
    /// Its task.
    pub lease: Lease,
}

/// Why the ledger refused.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another attempt holds the task, or this one was closed already: nothing was written.
    #[error("attempt no longer holds {0}; nothing was written")]
    Fenced(TaskKey),
    /// The rows break a rule of the store: our own fault, and nothing was written.
    #[error("the store refused the rows")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store itself failed.
    #[error("the store failed")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Tasks and attempts, durably. Every method is one transaction.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The rows it commits.
    type Rows: Send + Sync + 'static;

    /// The tasks of these partitions.
    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError>;

    /// Every task that is neither settled nor merely too early: claimable, running, put off, dead or cancelled.
    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError>;

    /// Writes tasks as they stand, each only if the ledger still has the revision it was made from and no attempt is
    /// open. Returns those written, with their new revisions.
    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError>;

    /// Opens attempts of claimable tasks: none of a barred step, none in a lane that is taken, none whose upstream has
    /// moved. Notes which outputs each will read.
    async fn claim(&self, claim: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError>;

    /// Renews leases and notes progress. Returns the attempts that are no longer open: somebody else closed them.
    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError>;

    /// Closes the attempt: rows, verdict and history together, or nothing if it no longer holds its task. Saying the same
    /// twice is no error: who cannot tell whether a commit arrived may try again.
    async fn settle(&self, how: Settlement<Self::Rows>, now: Timestamp) -> Result<Settled, LedgerError>;

    /// Every attempt that has not ended.
    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError>;

    /// The newest attempt of each task of these partitions.
    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError>;

    /// What a step was asked since an instant, and which retries it has been promised.
    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError>;

    /// The breakers that are not simply closed, by what they guard.
    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError>;

    /// Moves a breaker if it still stands as it was read. Returns whether it did.
    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError>;

    /// Returns when something may have changed, by whatever process, or when so much time has passed.
    async fn changed(&self, at_most: SignedDuration);
}

/// Whether a conditional write was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It was.
    Yes,
    /// Somebody else was first.
    No,
}

impl Moved {
    /// By how many rows changed.
    pub fn by(rows_changed: u64) -> Self {
        if rows_changed > 0 { Self::Yes } else { Self::No }
    }
}
