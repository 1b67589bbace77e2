//! What live providers are to be asked, planned into the grid.

use std::collections::BTreeSet;

use domain::{Edition, Game, GameDate};
use pipeline::plan::{self, LOOKS_BACK_DAYS};
use pipeline::source::Provider;
use pipeline::{Delivery, Partition, Rows};
use runtime::{Asked, Priority, Worker};

use super::App;
use super::reconcile::runtime_plan;

/// What has been played stays so; what is offered does not.
const CAN_WAIT: Priority = Priority(2);

impl App {
    /// Plans what these providers are to be asked about tomorrow, today, and the days whose results may still change.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn plan_looks(&self, worker: &Worker<Rows>, live: &BTreeSet<Provider>) -> anyhow::Result<()> {
        let (now, directory) = (self.now(), self.directory().await?);
        let today = GameDate::of(now);
        let mut planned = Vec::new();
        for slate in (-LOOKS_BACK_DAYS..=1).map(|days| today.plus_days(days)) {
            let first = directory.games_of(slate).map(Game::earliest_tipoff).min();
            let cutoff = Edition::morning(slate, first).cutoff.instant();
            planned.extend(plan::day(slate, cutoff, live, &directory, now));
        }
        let mut tasks = runtime_plan(&planned);
        for (task, planned) in tasks.iter_mut().zip(&planned) {
            if let Partition::Delivery { delivery: Delivery::Final { .. }, .. } = planned.partition {
                task.priority = CAN_WAIT;
            }
        }
        worker.enter(&tasks, Asked::ByClock).await?;
        Ok(())
    }
}
