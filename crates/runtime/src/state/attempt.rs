//! Attempts: one execution of a task, opened once and closed exactly once.

use std::fmt;

use jiff::Timestamp;

use super::{FailureCategory, TaskKey};

/// Number of an attempt, unique in the ledger and only growing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub i64);

/// An immutable set of rows, named by the attempt that first produced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputId(pub i64);

impl fmt::Display for OutputId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A claimed task. Settling consumes it; its attempt is the fencing token.
#[derive(Debug)]
pub struct Lease {
    /// What was claimed.
    pub key: TaskKey,
    /// The attempt opened by the claim.
    pub attempt: AttemptId,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Still open.
    Open,
    /// It produced its rows.
    Done,
    /// There was nothing to do.
    Nothing,
    /// It failed.
    Failed(FailureCategory),
}

impl AttemptOutcome {
    /// Name in tables and output; a failure's category is stored apart.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Nothing => "nothing",
            Self::Failed(_) => "failed",
        }
    }
}

/// One row of run history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// Of which task.
    pub key: TaskKey,
    /// When it was claimed.
    pub started_at: Timestamp,
    /// When it was settled; nothing while open.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// Reason or error chain, for people.
    pub message: Option<String>,
    /// Rows added, measured by the store.
    pub rows_written: u64,
}
