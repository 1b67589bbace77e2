//! Whether each source answered when it was to be asked: its looks of the last day, as planned, against what became of them.

use std::collections::BTreeMap;

use domain::{Edition, Game, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::{Partition, Step, plan};
use runtime::TaskState;

use super::App;
use super::reconcile::partition_names;

/// Looks of so long are compared.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Slates of so many days back have looks today: the last one at results is three days after a tip-off.
const SLATES_BACK: i32 = 4;
/// A look is given so long before it counts as late.
const PATIENCE: SignedDuration = SignedDuration::from_mins(1);

/// A look at a source: its moment, and when it was answered.
type Look = (Timestamp, Option<Timestamp>);

/// How a source stands against what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Freshness {
    /// The moment of the last look whose moment has come.
    pub(crate) expected_at: Timestamp,
    /// When a look was last answered, be it that nothing is new.
    pub(crate) answered_at: Option<Timestamp>,
    /// Since when the first look after those that were answered is due, if it is late.
    pub(crate) late_by: Option<SignedDuration>,
}

impl App {
    /// How each source stands that was to be asked in the last day.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn freshness(&self) -> anyhow::Result<BTreeMap<String, Freshness>> {
        let (now, directory) = (self.now(), self.directory().await?);
        let today = GameDate::of(now);
        let mut moments = BTreeMap::<Partition, Timestamp>::new();
        for slate in (-SLATES_BACK..=1).map(|days| today.plus_days(days)) {
            let first = directory.games_of(slate).map(Game::earliest_tipoff).min();
            let cutoff = Edition::morning(slate, first).cutoff.instant();
            let of_day = plan::moments(slate, cutoff, &directory).into_iter();
            moments.extend(of_day.filter(|(_, moment)| (now - DAY..=now).contains(moment)));
        }
        let partitions: Vec<Partition> = moments.keys().cloned().collect();
        let mut looks = BTreeMap::<String, Vec<Look>>::new();
        // What nobody planned, because its provider was not live, was not expected.
        for task in self.store.ledger.tasks(&partition_names(&partitions)).await? {
            let Ok(partition) = task.key.partition.as_str().parse::<Partition>() else { continue };
            let (Some(moment), Partition::Delivery { source, .. }) = (moments.get(&partition), &partition) else {
                continue;
            };
            let is_answered = matches!(task.state, TaskState::Done | TaskState::EmptyOk { .. });
            if task.key.step.as_str() == Step::Land.name() {
                looks.entry(source.clone()).or_default().push((*moment, is_answered.then_some(task.updated_at)));
            }
        }
        Ok(looks.into_iter().filter_map(|(source, looks)| Some((source, Freshness::of(looks, now)?))).collect())
    }
}

impl Freshness {
    /// What looks whose moment has come say.
    fn of(mut looks: Vec<Look>, now: Timestamp) -> Option<Self> {
        looks.sort();
        let expected_at = looks.last()?.0;
        let answered_at = looks.iter().filter_map(|(_, answered)| *answered).max();
        let last_answered = looks.iter().rposition(|(_, answered)| answered.is_some());
        let first_missing = looks.get(last_answered.map_or(0, |at| at + 1));
        let late_by = first_missing.map(|(moment, _)| now.duration_since(*moment)).filter(|late| *late > PATIENCE);
        Some(Self { expected_at, answered_at, late_by })
    }
}

#[cfg(test)]
mod tests {
    use runtime::{Task, TaskKey};

    use super::super::past::Past;
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(60 * minute).unwrap()
    }

    #[test]
    fn a_source_is_late_by_the_first_look_that_nobody_made_up_for() {
        let late = |looks: &[(i64, bool)], now| {
            let looks = looks.iter().map(|(moment, answered)| (at(*moment), answered.then_some(at(moment + 1))));
            let fresh = Freshness::of(looks.collect(), at(now)).unwrap();
            (fresh.answered_at, fresh.late_by.map(|late| late.as_mins()))
        };
        assert_eq!(late(&[(0, true), (15, true)], 20), (Some(at(16)), None));
        assert_eq!(late(&[(0, true), (15, false)], 16), (Some(at(1)), None), "it is given a minute");
        assert_eq!(late(&[(0, true), (15, false), (30, false)], 40), (Some(at(1)), Some(25)));
        assert_eq!(late(&[(0, false), (15, true)], 40), (Some(at(16)), None), "the next made up for it");
        assert_eq!(late(&[(0, false)], 40), (None, Some(40)));
        assert_eq!(Freshness::of(Vec::new(), at(0)), None);
    }

    #[tokio::test]
    async fn what_was_planned_and_is_not_answered_is_late_and_what_nobody_planned_is_not_expected() {
        let past = Past::seen_from("2025-01-15T12:00:00Z");
        let key = TaskKey::new(Step::Land.name(), "delivery 2025-01-15 morning of nba_cdn_schedule");
        let since = "2025-01-15T11:00:00Z".parse().unwrap();
        let task = Task { state: TaskState::Ready { since }, ..Task::unplanned(key, since) };
        past.app.store.ledger.put(&[task]).await.unwrap();
        let fresh = past.app.freshness().await.unwrap();
        let late_by = Some(SignedDuration::from_hours(1));
        let expected = Freshness { expected_at: since, answered_at: None, late_by };
        assert_eq!(fresh, BTreeMap::from([("nba_cdn_schedule".to_owned(), expected)]));
    }
}
