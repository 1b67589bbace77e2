//! What live providers are to be asked, planned into the grid.

use std::collections::BTreeSet;

use domain::{Edition, Game, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::plan::{self, Askable, LOOKS_BACK_DAYS, Planned, Readiness};
use pipeline::source::{Directory, Provider};
use pipeline::{Delivery, Partition, Rows, Step};
use runtime::{Asked, Breaker, Priority, Worker};

use super::App;
use super::reconcile::runtime_plan;
use crate::fetch::breaker_of;

/// A provider that has been away for so long is away: somebody else is asked what only he is asked.
const AWAY_AFTER: SignedDuration = SignedDuration::from_mins(10);

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
        let away = self.away(now).await?;
        let mut planned = looks_of(today, Askable { live, away: &away }, &directory, now);
        planned.extend(self.passed(live, &directory, today).await?);
        let mut tasks = runtime_plan(&planned);
        for (task, planned) in tasks.iter_mut().zip(&planned) {
            if let Partition::Delivery { delivery: Delivery::Final { .. }, .. } = planned.partition {
                task.priority = CAN_WAIT;
            }
        }
        worker.enter(&tasks, Asked::ByClock).await?;
        Ok(())
    }

    /// Providers that are left alone for a while by now, or that somebody holds.
    async fn away(&self, now: Timestamp) -> anyhow::Result<BTreeSet<Provider>> {
        let breakers = self.store.ledger.breakers().await?;
        let is_away = |provider: &Provider| match breakers.get(&breaker_of(*provider)) {
            Some(Breaker::Open { since, .. } | Breaker::Probing { since, .. }) => {
                now.duration_since(*since) >= AWAY_AFTER
            }
            Some(Breaker::Held { .. }) => true,
            Some(Breaker::Closed { .. }) | None => false,
        };
        Ok(Provider::ALL.into_iter().filter(is_away).collect())
    }

    /// Looks that wait for providers that are live no more, and whose moment has passed: nobody else would say so.
    async fn passed(
        &self,
        live: &BTreeSet<Provider>,
        directory: &Directory,
        today: GameDate,
    ) -> anyhow::Result<Vec<Planned>> {
        let unsettled = self.store.ledger.unsettled().await?.into_iter();
        let waiting: BTreeSet<Partition> = unsettled
            .filter(|task| task.key.step.as_str() == Step::Land.name() && task.state.failure().is_none())
            .filter_map(|task| task.key.partition.as_str().parse().ok())
            .collect();
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let mut passed = Vec::new();
        for provider in Provider::ALL.into_iter().filter(|provider| !live.contains(provider)) {
            let askable = Askable { live: &[provider].into(), away: &BTreeSet::new() };
            passed.extend(looks_of(today, askable, directory, self.now()));
        }
        let is_over = |planned: &Planned| matches!(planned.readiness, Readiness::Nothing { .. });
        passed.retain(|planned| is_over(planned) && waiting.contains(&planned.partition));
        Ok(passed)
    }
}

/// What these providers are to be asked about the slates around a day, as of now.
fn looks_of(today: GameDate, askable: Askable<'_>, directory: &Directory, now: Timestamp) -> Vec<Planned> {
    let slates = (-LOOKS_BACK_DAYS..=1).map(|days| today.plus_days(days));
    let looks = slates.flat_map(|slate| {
        let first = directory.games_of(slate).map(Game::earliest_tipoff).min();
        plan::day(slate, Edition::morning(slate, first).cutoff.instant(), askable, directory, now)
    });
    looks.collect()
}

#[cfg(test)]
mod tests {
    use runtime::{Task, TaskKey, TaskState, Work};

    use super::super::past::Past;
    use super::*;

    /// A look at the schedule that has been ready since six in the morning, seen an hour or two days later.
    async fn waiting(seen_from: &str) -> (Past, TaskKey) {
        let past = Past::seen_from(seen_from);
        let key = TaskKey::new(Step::Land.name(), "delivery 2025-01-15 morning of nba_cdn_schedule");
        let since = "2025-01-15T11:00:00Z".parse().unwrap();
        let task = Task { state: TaskState::Ready { since }, ..Task::unplanned(key.clone(), since) };
        assert_eq!(past.app.store.ledger.put(&[task]).await.unwrap().len(), 1);
        (past, key)
    }

    async fn state(past: &Past, key: &TaskKey) -> TaskState {
        let tasks = past.app.store.ledger.tasks(std::slice::from_ref(&key.partition)).await.unwrap();
        tasks.into_iter().find(|task| task.key == *key).unwrap().state
    }

    #[tokio::test]
    async fn a_worker_without_a_way_out_leaves_looks_as_they_are() {
        let (past, key) = waiting("2025-01-15T12:00:00Z").await;
        let worker = past.app.worker(None);
        let tick = worker.tick(&Work::Of(vec![key.clone()])).await.unwrap();
        assert!(tick.started.is_empty(), "{tick:?}");
        past.app.plan_looks(&worker, &BTreeSet::new()).await.unwrap();
        assert!(matches!(state(&past, &key).await, TaskState::Ready { .. }), "somebody with a way out may come");
    }

    #[tokio::test]
    async fn who_has_not_answered_for_ten_minutes_or_is_held_is_away() {
        let (past, _) = waiting("2025-01-15T12:00:00Z").await;
        let since = past.app.now();
        let away = async |minutes| past.app.away(since + SignedDuration::from_mins(minutes)).await.unwrap();
        let stands = async |from: &Breaker, to: &Breaker| {
            let name = breaker_of(Provider::Balldontlie);
            past.app.store.ledger.move_breaker(&name, from, to).await.unwrap();
        };
        let open = Breaker::Open { until: since, since, times: 1, why: "status 503".to_owned() };
        stands(&Breaker::default(), &open).await;
        assert_eq!((away(9).await, away(10).await), (BTreeSet::new(), BTreeSet::from([Provider::Balldontlie])));
        stands(&open, &Breaker::default()).await;
        assert_eq!(away(60).await, BTreeSet::new());
        let held = Breaker::Held { since, by: "anna".to_owned(), why: "it counts what we ask".to_owned() };
        stands(&Breaker::default(), &held).await;
        assert_eq!(away(0).await, BTreeSet::from([Provider::Balldontlie]));
    }

    #[tokio::test]
    async fn a_look_of_a_provider_that_is_live_no_more_passes_with_its_moment() {
        let (past, key) = waiting("2025-01-16T12:00:00Z").await;
        past.app.plan_looks(&past.app.worker(None), &BTreeSet::new()).await.unwrap();
        let state = state(&past, &key).await;
        assert_eq!(state, TaskState::Nothing { why: "its moment has passed".to_owned() });
    }
}
