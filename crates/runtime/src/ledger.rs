//! The port to the store that keeps tasks and attempts.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{Attempt, Fingerprint, Lease, OutputId, Partition, StepId, Task, TaskKey, TaskState};

/// How an attempt is to be closed.
#[derive(Debug)]
pub struct Settlement<R> {
    /// The verdict.
    pub state: TaskState,
    /// The rows to commit with it.
    pub rows: Option<R>,
    /// What the result depends on.
    pub fingerprint: Fingerprint,
}

/// What the store did when it settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// The task's current output. When a run produced the very rows it had produced before, this stays the
    /// earlier output and nothing is written.
    pub output: Option<OutputId>,
    /// Rows added, counted by the store.
    pub rows_written: u64,
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
    type Rows: Send + 'static;

    /// The tasks of these partitions.
    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError>;

    /// Every task whose last attempt failed, oldest news first.
    async fn failed(&self) -> Result<Vec<Task>, LedgerError>;

    /// Moves tasks, known or new, to a state decided before any work.
    async fn replan(&self, changes: &[(TaskKey, TaskState)], now: Timestamp) -> Result<(), LedgerError>;

    /// Opens an attempt of a task that has none open, and notes which outputs it reads.
    async fn claim(
        &self,
        key: &TaskKey,
        inputs: &BTreeMap<StepId, OutputId>,
        now: Timestamp,
    ) -> Result<Lease, LedgerError>;

    /// Closes the attempt: rows, verdict and history together, or nothing if the lease is no longer the newest.
    async fn settle(&self, lease: Lease, how: Settlement<Self::Rows>, now: Timestamp) -> Result<Settled, LedgerError>;

    /// Closes the attempts a dead process left open, as lost. Only safe while no other process works here.
    async fn close_lost(&self, now: Timestamp) -> Result<Vec<TaskKey>, LedgerError>;

    /// The newest attempt of each task of these partitions.
    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError>;
}
