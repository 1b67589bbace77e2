//! A season predicted again from what is in the store.

use domain::{Edition, GameDate};
use pipeline::Progress;
use pipeline::backtest::{Backtest, Walk, walk};
use pipeline::plan::World;

use super::App;

impl App {
    /// Walks a season through the nightly code. What the walk rests on is brought up to date first; nothing is published.
    ///
    /// # Errors
    /// When the store fails, or the learner refuses the data.
    pub async fn backtest(&self, scope: Walk, progress: &dyn Progress) -> anyhow::Result<Backtest> {
        let worker = self.worker(None);
        self.process(&worker).await?;
        let end = GameDate::first_of(scope.season.start_year() as i16 + 1, 11);
        let last = end.min(GameDate::of(self.now()));
        let mut world = self.world(Edition::morning(last, None)).await?;
        self.reconcile(&worker, &mut world, World::summaries).await?;
        Ok(walk(&self.pipeline(None), scope, progress).await?)
    }
}
