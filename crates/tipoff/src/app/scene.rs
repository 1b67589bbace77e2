//! What the watch looks at, read from the store.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use domain::{Game, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use pipeline::plan::World;
use runtime::{Task, TaskKey};

use super::App;
use super::reconcile::runtime_plan;
use super::upkeep::newest_of_each;
use crate::agenda::GRADED_WITHIN_DAYS;
use crate::promises::RESULTS_WITHIN;
use crate::watch::Scene;

impl App {
    /// Everything the watch looks at now.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn scene(&self) -> anyhow::Result<Scene> {
        let now = self.now();
        let today = GameDate::of(now);
        let tonight = self.sla(today).await?;
        let (foundations, are_lines_known) = match &tonight {
            Some(tonight) => {
                let world = self.world(tonight.edition).await?;
                (foundations(&world), are_lines_known(&world))
            }
            None => (BTreeSet::new(), false),
        };
        let store = &self.store;
        Ok(Scene {
            foundations,
            are_lines_known,
            tonight,
            providers: self.providers().await?,
            unsettled: store.ledger.unsettled().await?,
            open: store.ledger.open_attempts().await?,
            breakers: store.ledger.breakers().await?,
            ticks: store.schedules.ticks_since(now - SignedDuration::from_hours(24)).await?,
            ungraded: self.ungraded(today, now).await?,
        })
    }

    /// Published slates of the last days whose results are due and not there.
    async fn ungraded(&self, today: GameDate, now: Timestamp) -> anyhow::Result<Vec<(GameDate, Timestamp)>> {
        let mut ungraded = Vec::new();
        for edition in newest_of_each(self.store.outputs.published_editions(may_be_due(today)).await?) {
            let slate = edition.slate;
            let games = self.store.facts.games(slate..=slate, edition.cutoff).await?;
            let due = results_due(Game::scheduled(&games, slate, edition.cutoff));
            let Some(due) = due.filter(|due| *due <= now) else { continue };
            let partition = pipeline::Partition::Edition(edition).to_string().into();
            let tasks = self.store.ledger.tasks(&[partition]).await?;
            let results = tasks.iter().find(|task| task.key.step.as_str() == Step::PublishResults.name());
            if are_missing(results) {
                ungraded.push((slate, due));
            }
        }
        Ok(ungraded)
    }
}

/// The tasks an edition rests on, its own among them.
pub(crate) fn foundations(world: &World) -> BTreeSet<TaskKey> {
    let planned: Vec<_> = world.foundations().into_iter().chain(world.training()).chain(world.prediction()).collect();
    runtime_plan(&planned).into_iter().map(|task| task.key).collect()
}

/// Whether anybody has told a line of the slate.
pub(crate) fn are_lines_known(world: &World) -> bool {
    world.revision("prop_line", world.edition.slate) > 0
}

/// The slates whose results may be due and not there. Today's is one of them: a matinee's are due before midnight.
pub(crate) fn may_be_due(today: GameDate) -> RangeInclusive<GameDate> {
    today.plus_days(-GRADED_WITHIN_DAYS)..=today
}

/// Whether results were never published. Those that are made anew, after a correction, are there.
pub(crate) fn are_missing(results: Option<&Task>) -> bool {
    results.is_none_or(|task| task.output.is_none())
}

/// When the results of these games are due; nothing without games.
pub(crate) fn results_due<'g>(games: impl IntoIterator<Item = &'g Game>) -> Option<Timestamp> {
    games.into_iter().map(Game::box_known_at).max().map(|last| last + RESULTS_WITHIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_a_matinee_are_missed_before_midnight() {
        let slate: GameDate = "2024-12-15".parse().unwrap();
        let matinee = Game {
            id: "0022400378".parse().unwrap(),
            slate,
            tipoff: Some(slate.at(12, 0)),
            home: "NYK".parse().unwrap(),
            away: "ORL".parse().unwrap(),
        };
        let due = results_due([&matinee]).unwrap();
        assert_eq!(GameDate::of(due), slate);
        assert!(may_be_due(GameDate::of(due)).contains(&slate));
    }
}
