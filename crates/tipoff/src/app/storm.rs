//! The storm of January: thirty files that all fire the same steps, a dependency that is stale for twenty hours, sources
//! that answer 400 and 404. It may cost a tenth more attempts than a calm night. Over the real store, by a clock that is set.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use pipeline::plan::{self, Planned, Readiness};
use pipeline::ports::{Fetch, FetchError};
use pipeline::source::Source;
use pipeline::{Delivery, Moment, Partition, RawPayload, RawRequest, Rows, Step};
use runtime::{Asked, AttemptFilter, Clock, FailureCategory, SettableClock, TaskState, Which, Work, Worker};
use serde_json::Value;
use store::Store;
use tempfile::TempDir;

use super::App;
use super::reconcile::runtime_plan;
use crate::league::League;

/// The providers of a league whose schedule knows one night only, the fullest of the season.
struct Providers {
    league: Arc<League>,
    clock: Arc<SettableClock>,
    night: Mutex<Option<GameDate>>,
    /// Whether everything is there; until then lines are refused, and the rest is not there.
    everything: AtomicBool,
}

impl Providers {
    fn only_one_night(&self, mut schedule: RawPayload) -> RawPayload {
        let mut body: Value = serde_json::from_slice(&schedule.body).unwrap();
        let nights = body["leagueSchedule"]["gameDates"].as_array_mut().unwrap();
        nights.sort_by_key(|night| night["games"].as_array().unwrap().len());
        let fullest = nights.pop().unwrap();
        *self.night.lock().unwrap() = Some(fullest["gameDate"].as_str().unwrap().parse().unwrap());
        *nights = vec![fullest];
        schedule.body = body.to_string().into_bytes().into();
        schedule
    }
}

#[async_trait]
impl Fetch for Providers {
    async fn fetch(&self, request: &RawRequest, etag: Option<&str>) -> Result<RawPayload, FetchError> {
        let subject = request.subject.clone();
        let told = self.league.at(self.clock.now());
        let answer = match request.source {
            "nba_cdn_schedule" => self.only_one_night(told.fetch(request, etag).await?),
            "odds_api_events" => told.fetch(request, etag).await?,
            _ if self.everything.load(Ordering::Relaxed) => told.fetch(request, etag).await?,
            "odds_api_event_odds" => return Err(FetchError::Refused { subject, problem: "HTTP 400".to_owned() }),
            _ => return Err(FetchError::NotThere { subject }),
        };
        Ok(RawPayload { fetched_at: self.clock.now(), ..answer })
    }
}

/// The sources that are asked.
const ASKED: [&str; 6] = [
    "nba_cdn_schedule",
    "nba_cdn_box_score",
    "nba_cdn_play_by_play",
    "odds_api_events",
    "odds_api_event_odds",
    "balldontlie_injuries",
];

/// When the plan is made anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Planner {
    /// When there is nothing left to do.
    Patient,
    /// After every attempt, which is the most a changed store can wake it.
    Eager,
}

/// A place to work in, at noon before the night, with nothing known but the schedule.
struct Noon {
    app: App,
    worker: Worker<Rows>,
    clock: Arc<SettableClock>,
    providers: Arc<Providers>,
    planner: Planner,
    _directory: TempDir,
}

impl Noon {
    async fn with(planner: Planner) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(SettableClock::new("2024-10-01T12:00:00Z".parse().unwrap()));
        let store = Store::create(directory.path()).unwrap();
        let app = App::over(store, directory.path(), clock.clone(), Arc::new(runtime::Silent)).await.unwrap();
        let league = Arc::new(League::play(7));
        let (night, everything) = (Mutex::new(None), AtomicBool::new(false));
        let providers = Arc::new(Providers { league, clock: clock.clone(), night, everything });
        let worker = app.worker(Some(providers.clone()));
        let noon = Self { app, worker, clock, providers, planner, _directory: directory };
        noon.ask("2024-10-01".parse().unwrap(), Moment::Morning, "the schedule").await;
        noon.work().await;
        noon.clock.set(noon.night().at(12, 0));
        noon
    }

    /// Goes on to the morning after the night.
    fn sleep(&self) {
        self.clock.set(self.night().plus_days(1).at(8, 0));
    }

    fn night(&self) -> GameDate {
        self.providers.night.lock().unwrap().expect("the schedule was asked for")
    }

    /// Wants a visit, as the clock does: again and again.
    async fn ask(&self, slate: GameDate, moment: Moment, why: &str) {
        let readiness = Readiness::Ready { inputs: vec![why.to_owned()] };
        let directory = self.app.directory().await.unwrap();
        let is_asked = |source: &dyn Source| ASKED.contains(&source.id());
        let visit = plan::landing(&Delivery::Visit { slate, moment }, &directory, is_asked);
        let visit = visit.into_iter().map(|planned| Planned { readiness: readiness.clone(), ..planned });
        let visit = runtime_plan(&visit.collect::<Vec<_>>());
        self.worker.enter(&visit, Asked::ByClock).await.unwrap();
    }

    /// Works until nothing is left that can be done now.
    async fn work(&self) {
        loop {
            let idle = self.worker.busy() == 0;
            if idle || self.planner == Planner::Eager {
                self.app.upkeep(&self.worker).await.unwrap();
            }
            let tick = self.worker.tick(&Work::Anything).await.unwrap();
            match self.worker.busy() {
                0 if tick.settled.is_empty() => return,
                0 => {}
                _ => self.worker.finished(SignedDuration::MAX).await,
            }
        }
    }

    /// How often each step was attempted.
    async fn attempts(&self) -> BTreeMap<String, usize> {
        let filter = AttemptFilter { step: None, which: Which::All, since: Timestamp::UNIX_EPOCH, at_most: 100_000 };
        let mut attempts = BTreeMap::new();
        for attempt in self.app.store.history.attempts(&filter).await.unwrap() {
            *attempts.entry(attempt.key.step.to_string()).or_default() += 1;
        }
        attempts
    }

    async fn state(&self, step: Step, partition: Partition) -> Option<TaskState> {
        let tasks = self.app.store.ledger.tasks(&[partition.to_string().into()]).await.unwrap();
        tasks.into_iter().find(|task| task.key.step.as_str() == step.name()).map(|task| task.state)
    }
}

/// Everything is there at six o'clock.
async fn calm() -> BTreeMap<String, usize> {
    let noon = Noon::with(Planner::Patient).await;
    noon.providers.everything.store(true, Ordering::Relaxed);
    noon.sleep();
    noon.ask(noon.night(), Moment::AfterGames, "results").await;
    noon.work().await;
    noon.attempts().await
}

/// One source refuses, the other has nothing for twenty hours; both are asked, and everything is planned, every ten
/// minutes. Then all files are there, and the plan is made anew after each.
async fn storm() -> BTreeMap<String, usize> {
    let noon = Noon::with(Planner::Eager).await;
    let night = noon.night();
    for _ in 0..120 {
        noon.ask(night, Moment::Midday, "lines").await;
        noon.ask(night, Moment::AfterGames, "results").await;
        noon.work().await;
        noon.clock.go_on(SignedDuration::from_mins(10));
    }
    let delivery = Delivery::Visit { slate: night, moment: Moment::Midday };
    let refused = noon.state(Step::Land, Partition::Delivery { delivery, source: "odds_api_event_odds".to_owned() });
    let refused = refused.await;
    let Some(TaskState::Dead { category: FailureCategory::UpstreamFailure, why }) = refused else {
        panic!("it is no dead letter: {refused:?}")
    };
    assert!(why.contains("HTTP 400"), "{why}");
    let summaries = noon.state(Step::PlayerGameSummary, Partition::Slate(night)).await;
    assert!(matches!(summaries, Some(TaskState::NotYet { .. })), "{summaries:?}");
    noon.providers.everything.store(true, Ordering::Relaxed);
    noon.ask(night, Moment::AfterGames, "results, a day late").await;
    noon.work().await;
    noon.attempts().await
}

#[tokio::test]
async fn a_storm_makes_at_most_a_tenth_more_attempts_than_a_calm_night() {
    let (calm, storm) = (calm().await, storm().await);
    let files = calm["process"] - 1;
    assert!(files >= 24, "it takes more files than {files} to make a storm");
    for step in Step::SUMMARIES {
        assert_eq!((calm[step.name()], storm[step.name()]), (1, 1), "{step} was fired by {files} files");
    }
    // Lines are refused; injuries, box scores and plays are not there; the list of events is, and is read, and read again
    // once more games and names are known.
    assert_eq!(storm["land"], calm["land"] + 4 + 1, "400 and 404 cost one attempt each");
    // What only the storm asked for is left out: lines and injuries, of which nothing came but the events.
    // So is the edition, which the storm's day goes past.
    let total = |attempts: &BTreeMap<String, usize>| calm.keys().map(|step| attempts[step]).sum::<usize>();
    let of_lines = 5;
    assert!(10 * (total(&storm) - of_lines) <= 11 * total(&calm), "calm {calm:?}, storm {storm:?}");
}

#[tokio::test]
async fn payloads_that_are_not_parsed_hold_nothing_up_for_more_than_two_minutes_each() {
    let noon = Noon::with(Planner::Patient).await;
    noon.providers.everything.store(true, Ordering::Relaxed);
    noon.sleep();
    noon.ask(noon.night(), Moment::AfterGames, "results").await;
    // They land, and one box score is parsed; nobody parses the others.
    for _ in 0..2 {
        noon.app.upkeep(&noon.worker).await.unwrap();
        noon.worker.tick(&Work::Anything).await.unwrap();
        while noon.worker.busy() > 0 {
            noon.worker.finished(SignedDuration::MAX).await;
            noon.worker.tick(&Work::Of(Vec::new())).await.unwrap();
        }
    }
    let summaries = async || {
        noon.app.upkeep(&noon.worker).await.unwrap();
        noon.state(Step::PlayerGameSummary, Partition::Slate(noon.night())).await.unwrap()
    };
    // Two for those that bring names, two for those that are resolved against them.
    for _ in 0..2 {
        assert!(matches!(summaries().await, TaskState::NotYet { .. }));
        noon.clock.go_on(SignedDuration::from_mins(2));
    }
    assert!(matches!(summaries().await, TaskState::Ready { .. }));
}
