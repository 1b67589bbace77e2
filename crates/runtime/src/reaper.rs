//! The reaper: closes attempts whose worker is gone, whoever's they were. It owns no work, only the clock's right to end it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::state::{Ending, StepPolicy, decide};
use crate::{Clock, Ledger, LedgerError, OpenAttempt, Settlement, StepId, TaskKey, WorkerId};

/// Whether the process of a worker is known to be gone, before its lease has run out.
pub trait Liveness: Send + Sync {
    /// What is known of it.
    fn of(&self, worker: &WorkerId) -> Life;
}

/// What is known of a worker's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It is gone for certain.
    Gone,
    /// It lives, or nobody here can tell: its lease decides.
    Unknown,
}

/// Closes lost attempts.
pub struct Reaper<R> {
    /// The ledger.
    pub ledger: Arc<dyn Ledger<Rows = R>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What is known of other processes.
    pub liveness: Arc<dyn Liveness>,
    /// The steps' policies.
    pub policy: Arc<dyn Fn(&StepId) -> StepPolicy + Send + Sync>,
}

impl<R: Send + Sync + 'static> Reaper<R> {
    /// Closes every attempt whose lease has run out or whose process is gone. Returns their tasks.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn tick(&self) -> Result<Vec<TaskKey>, LedgerError> {
        let now = self.clock.now();
        let mut reaped = Vec::new();
        for open in self.ledger.open_attempts().await? {
            let Some(why) = self.lost(&open, now) else { continue };
            let OpenAttempt { attempt, lease } = open;
            let policy = (self.policy)(&attempt.key.step);
            let load = self.ledger.retry_load(&attempt.key.step, now - policy.budget.window).await?;
            let verdict = decide(&lease, &Ending::lost(&why), &policy, load, now);
            let settlement = Settlement {
                attempt: attempt.id,
                outcome: verdict.outcome,
                message: verdict.message.clone(),
                task: verdict.apply(&lease, now),
                rows: None,
                timing: Default::default(),
            };
            match self.ledger.settle(settlement, now).await {
                Ok(_) => {
                    tracing::warn!(target: "heartbeat", "HEARTBEAT LOST: {}, attempt {}: {why}", attempt.key, attempt.id);
                    reaped.push(attempt.key);
                }
                // It was settled while we looked.
                Err(LedgerError::Fenced(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(reaped)
    }

    fn lost(&self, open: &OpenAttempt, now: Timestamp) -> Option<String> {
        let OpenAttempt { attempt, .. } = open;
        let worker = &attempt.worker;
        if self.liveness.of(worker) == Life::Gone {
            return Some(format!("its process ({worker}) died while it ran"));
        }
        let overdue = now.duration_since(attempt.lease_until).as_secs();
        (attempt.lease_until <= now)
            .then(|| format!("nothing was heard of {worker} since its lease ran out {overdue} s ago"))
    }
}
