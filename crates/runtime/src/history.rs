//! The port to run history: what attempts took, what they came to, and whether the ledger keeps its own rules.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::judge::StepDay;
use crate::{Attempt, LedgerError, StepId};

/// Which attempts to list, newest first.
#[derive(Debug, Clone)]
pub struct AttemptFilter {
    /// Of this step only.
    pub step: Option<StepId>,
    /// Those that failed only, or all.
    pub which: Which,
    /// Started at or after this.
    pub since: Timestamp,
    /// So many at most.
    pub at_most: usize,
}

/// Which outcomes to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Failures.
    Failed,
}

/// A rule of the ledger that rows break: never in a store that only Tipoff wrote to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// Which rule.
    pub rule: String,
    /// How many rows break it.
    pub rows: u64,
}

/// Run history, read and pruned.
#[async_trait]
pub trait History: Send + Sync {
    /// The successful runs of every step since a day (UTC), added up by day.
    async fn step_days(&self, since: Date) -> Result<Vec<StepDay>, LedgerError>;

    /// The newest successful attempt of every step.
    async fn newest_done(&self) -> Result<Vec<Attempt>, LedgerError>;

    /// Attempts, newest first.
    async fn attempts(&self, filter: &AttemptFilter) -> Result<Vec<Attempt>, LedgerError>;

    /// The rules that rows break: every attempt closed once, every running task held by an open attempt of its own.
    async fn broken_rules(&self) -> Result<Vec<BrokenRule>, LedgerError>;

    /// Removes attempts that ended before an instant and that nothing rests on: no output, no payload, no reject. Returns how
    /// many went. What they took stays in the days.
    async fn prune(&self, before: Timestamp) -> Result<u64, LedgerError>;

    /// Writes something, reads it back and removes it: whether the store takes writes.
    async fn probe(&self, now: Timestamp) -> Result<(), LedgerError>;
}
