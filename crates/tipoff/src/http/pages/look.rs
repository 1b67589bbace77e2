//! What Tonight and the grid look at: a slate's part of the grid with its promise, and everything that may hold it up.

use std::collections::BTreeMap;

use domain::GameDate;
use jiff::Timestamp;
use runtime::{Breaker, OpenAttempt, StepId, Task};

use crate::App;
use crate::app::{Grid, SlaReport};

/// A slate, and whatever may hold it up.
pub(super) struct Look {
    pub(super) now: Timestamp,
    pub(super) slate: GameDate,
    /// Its promise; nothing without games.
    pub(super) sla: Option<SlaReport>,
    /// Its part of the grid.
    pub(super) grid: Grid,
    /// Every task that is neither settled nor merely too early.
    pub(super) unsettled: Vec<Task>,
    /// Attempts under way.
    pub(super) open: Vec<OpenAttempt>,
    /// Breakers that are not simply closed.
    pub(super) breakers: BTreeMap<StepId, Breaker>,
}

impl Look {
    /// A slate as it stands now.
    pub(super) async fn at(app: &App, slate: GameDate) -> anyhow::Result<Self> {
        let (sla, grid) = match app.promise(slate).await? {
            Some((sla, grid)) => (Some(sla), grid),
            None => (None, app.grid(app.published_edition(slate).await?).await?),
        };
        let ledger = &app.store.ledger;
        let (unsettled, open, breakers) =
            tokio::try_join!(ledger.unsettled(), ledger.open_attempts(), ledger.breakers())?;
        Ok(Self { now: app.now(), slate, sla, grid, unsettled, open, breakers })
    }

    /// What keeps attempts of a step from being made.
    pub(super) fn bar(&self, step: &str) -> Option<&Breaker> {
        self.breakers.get(&StepId::from(step)).filter(|breaker| !matches!(breaker, Breaker::Closed { .. }))
    }
}
