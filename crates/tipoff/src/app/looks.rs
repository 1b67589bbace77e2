//! What live providers are to be asked, planned into the grid.

use std::collections::BTreeSet;

use domain::{Edition, Game, GameDate};
use pipeline::Rows;
use pipeline::plan::{self, LOOKS_BACK_DAYS};
use pipeline::source::Provider;
use runtime::{Asked, Worker};

use super::App;
use super::reconcile::runtime_plan;

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
        worker.enter(&runtime_plan(&planned), Asked::ByClock).await?;
        Ok(())
    }
}
