//! Attempts: one execution of a task, opened once and closed exactly once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{FailureCategory, Fingerprint, StepId, Task, TaskKey};

/// Number of an attempt, unique in the ledger and only growing: the fencing token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub i64);

/// An immutable set of rows, named by the attempt that first produced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputId(pub i64);

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for OutputId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A process that makes attempts, by a name no other process ever bears.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId(Arc<str>);

impl WorkerId {
    /// The worker of this name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A claimed task. Settling ends it; its attempt is the fencing token.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The attempt opened by the claim.
    pub attempt: AttemptId,
    /// The task as it was claimed.
    pub task: Task,
    /// The outputs it reads.
    pub inputs: BTreeMap<StepId, OutputId>,
    /// When it was claimed.
    pub claimed_at: Timestamp,
}

impl Lease {
    /// The fingerprint of what it was claimed to do: of what it reads, and not of what was planned.
    pub fn wanted(&self) -> Fingerprint {
        self.task.recipe.fingerprint(&self.task.key.step, &self.inputs)
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Still open.
    Open,
    /// It produced its rows.
    Done,
    /// There was nothing to do.
    Nothing,
    /// It came too early, which is nobody's fault.
    Snoozed,
    /// The worker shut down and gave the task back, which is nobody's fault.
    Returned,
    /// Somebody cancelled it.
    Cancelled,
    /// It failed.
    Failed(FailureCategory),
}

impl AttemptOutcome {
    /// Name in tables and output; a failure's category is stored apart.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Nothing => "nothing",
            Self::Snoozed => "snoozed",
            Self::Returned => "returned",
            Self::Cancelled => "cancelled",
            Self::Failed(_) => "failed",
        }
    }

    /// The outcome of this name; a failure has a category.
    pub fn from_code(code: &str, category: Option<FailureCategory>) -> Option<Self> {
        Some(match (code, category) {
            ("open", None) => Self::Open,
            ("done", None) => Self::Done,
            ("nothing", None) => Self::Nothing,
            ("snoozed", None) => Self::Snoozed,
            ("returned", None) => Self::Returned,
            ("cancelled", None) => Self::Cancelled,
            ("failed", Some(category)) => Self::Failed(category),
            _ => return None,
        })
    }

    /// The category of a failure.
    pub fn category(self) -> Option<FailureCategory> {
        match self {
            Self::Failed(category) => Some(category),
            _ => None,
        }
    }
}

/// How far an attempt is: a beat that proves progress, not only life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What it is busy with.
    pub stage: String,
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// When it said so.
    pub at: Timestamp,
}

/// Where the time of an attempt went, besides waiting to be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// Waiting for what it reads.
    pub fetch: SignedDuration,
    /// Computing.
    pub compute: SignedDuration,
    /// Committing its rows, measured by the store.
    pub write: SignedDuration,
}

/// One row of run history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// Of which task.
    pub key: TaskKey,
    /// Who makes it.
    pub worker: WorkerId,
    /// Since when it could have been claimed.
    pub ready_at: Timestamp,
    /// When it was claimed.
    pub started_at: Timestamp,
    /// When it was settled; nothing while open.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// Reason or error chain, for people.
    pub message: Option<String>,
    /// Which attempt at the same inputs it is: 1 for the original, more for retries.
    pub number: u32,
    /// Until when its worker holds the task unless it says that it is still there.
    pub lease_until: Timestamp,
    /// The last beat that proved progress.
    pub progress: Option<Progress>,
    /// Rows added, measured by the store.
    pub rows_written: u64,
    /// Where the time went.
    pub timing: Timing,
}
