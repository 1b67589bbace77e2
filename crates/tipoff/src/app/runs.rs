//! Run history: attempts, newest first.

use jiff::Timestamp;
use pipeline::Step;
use runtime::{Attempt, AttemptFilter, StepId, Which};

use super::App;

/// Which attempts to list.
#[derive(Debug, Clone, Copy)]
pub struct RunFilter {
    /// Of this step only.
    pub step: Option<Step>,
    /// Those that failed only, or all.
    pub which: Which,
    /// Started at or after this.
    pub since: Option<Timestamp>,
    /// So many at most.
    pub at_most: usize,
}

impl App {
    /// Attempts, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn runs(&self, filter: RunFilter) -> anyhow::Result<Vec<Attempt>> {
        let filter = AttemptFilter {
            step: filter.step.map(|step| StepId::from(step.name())),
            which: filter.which,
            since: filter.since.unwrap_or(Timestamp::MIN),
            at_most: filter.at_most,
        };
        Ok(self.store.history.attempts(&filter).await?)
    }
}
