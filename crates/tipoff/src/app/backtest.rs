//! A season predicted again from what is in the store, going on where one was interrupted.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use domain::{Edition, GameDate};
use pipeline::backtest::{Backtest, Walk, walk};
use pipeline::plan::World;
use pipeline::ports::TrainedTrees;
use pipeline::{PayloadHash, Progress};

use super::App;
use crate::published::write_whole;

impl App {
    /// Walks a season through the nightly code. What the walk rests on is brought up to date first; nothing is published.
    ///
    /// # Errors
    /// When the store fails, or the learner refuses the data.
    pub async fn backtest(
        &self,
        scope: Walk,
        trained: &dyn TrainedTrees,
        progress: &dyn Progress,
    ) -> anyhow::Result<Backtest> {
        let worker = self.worker(None);
        self.process(&worker).await?;
        let end = GameDate::first_of(scope.season.start_year() as i16 + 1, 11);
        let last = end.min(GameDate::of(self.now()));
        let mut world = self.world(Edition::morning(last, None)).await?;
        self.reconcile(&worker, &mut world, World::summaries).await?;
        Ok(walk(&self.pipeline(None), scope, trained, progress).await?)
    }
}

/// The trees of backtests that are under way or were interrupted, in the data directory until one has come to its end.
pub struct KeptTrees {
    folder: PathBuf,
    /// Those of this very program: another one may learn otherwise.
    of_this_program: PathBuf,
}

impl KeptTrees {
    /// Those of this program.
    ///
    /// # Errors
    /// When the program cannot read itself.
    pub fn of(app: &App) -> anyhow::Result<Self> {
        let program = std::env::current_exe().and_then(fs::read).context("reading the program itself")?;
        let folder = app.data_dir.join("backtest");
        let of_this_program = folder.join(PayloadHash::of(&program).to_string());
        Ok(Self { folder, of_this_program })
    }

    /// How many an interrupted backtest has left.
    pub fn left(&self) -> usize {
        fs::read_dir(&self.of_this_program).map_or(0, Iterator::count)
    }

    /// Forgets all, those of other programs as well.
    ///
    /// # Errors
    /// When they cannot be deleted.
    pub fn forget(&self) -> anyhow::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("deleting {}", self.folder.display()))
            }
            _ => Ok(()),
        }
    }
}

impl TrainedTrees for KeptTrees {
    fn find(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.of_this_program.join(name)).ok()
    }

    fn keep(&self, name: &str, trees: &[u8]) {
        if let Err(error) = write_whole(&self.of_this_program.join(name), trees) {
            tracing::warn!(%error, "an interruption would cost these trees");
        }
    }
}
