//! Backfill: past slates predicted as of their cutoffs and graded, one after the other. Running it again does what is
//! missing, so stopping it costs nothing.

use domain::{Edition, GameDate};
use runtime::RunReport;

use super::{App, EditionReport};

/// What came of one slate.
#[derive(Debug)]
pub struct Backfilled {
    /// Its edition.
    pub edition: Edition,
    /// What predicting it came to.
    pub run: EditionReport,
    /// What grading it came to.
    pub grade: EditionReport,
}

impl App {
    /// The slates with games in a range, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn slates(&self, from: GameDate, to: GameDate) -> anyhow::Result<Vec<GameDate>> {
        let directory = self.store.facts.directory().await?;
        let mut slates: Vec<GameDate> =
            directory.games().map(|game| game.slate).filter(|slate| (from..=to).contains(slate)).collect();
        slates.sort();
        slates.dedup();
        Ok(slates)
    }

    /// Predicts, publishes and grades a past slate by its newest published edition, or else its scheduled one.
    ///
    /// # Errors
    /// When the store or the file system fails; a step that fails is an outcome.
    pub async fn backfill(&self, slate: GameDate) -> anyhow::Result<Backfilled> {
        let edition = self.published_edition(slate).await?;
        let run = self.run(edition).await?;
        let grade = self.grade(edition).await?;
        Ok(Backfilled { edition, run, grade })
    }
}

impl Backfilled {
    /// What was attempted, everything before the edition included.
    pub fn attempts(&self) -> usize {
        let ran = |report: &RunReport| report.tasks.iter().filter(|task| task.ran()).count();
        let of_edition = [&self.run, &self.grade].into_iter().flat_map(|report| &report.tasks);
        of_edition.filter(|task| task.ran()).count() + ran(&self.run.earlier) + ran(&self.grade.earlier)
    }
}
