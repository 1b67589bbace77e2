//! Toy steps that make real rows, plans of them, and an observer that takes notes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pipeline::{Rows, Step};
use runtime::{
    Asked, AttemptContext, Clock, Event, Failure, FailureCategory, Fingerprint, FixedClock, Handler, LedgerError,
    Observer, PlannedTask, Priority, Produced, Readiness, RunReport, StepId, TaskKey, TaskState, Threads, Worker,
};
use store::{Store, Views};

use crate::attempts::{now, page, task};

/// What a toy step does.
#[derive(Clone)]
pub(crate) enum Toy {
    /// Makes a page of these words, followed by the pages it was given.
    Says(&'static str),
    /// Makes the same page whatever it was given.
    Repeats(&'static str),
    /// Has nothing to do.
    Idles(&'static str),
    /// Fails, as it would every time.
    Fails(&'static str),
    /// Fails, as it might not the next time.
    Stumbles(&'static str),
    /// Panics.
    Panics(&'static str),
    /// Makes two pages of one name, which the store refuses.
    Clashes,
    /// Says how far it is, twice, before it makes a page.
    Beats,
}

struct ToyStep {
    toy: Toy,
    views: Arc<dyn Views>,
}

#[async_trait]
impl Handler for ToyStep {
    type Rows = Rows;

    async fn run(&self, context: &AttemptContext) -> Result<Produced<Rows>, Failure> {
        match &self.toy {
            Toy::Says(words) => Ok(Produced::Rows(page(&format!("{words}{}", self.given(context).await)))),
            Toy::Repeats(words) => Ok(Produced::Rows(page(words))),
            Toy::Idles(why) => Ok(Produced::Nothing { why: (*why).into() }),
            Toy::Fails(why) => Err(Failure::permanent(FailureCategory::UpstreamFailure, *why)),
            Toy::Stumbles(why) => Err(Failure::transient(FailureCategory::UpstreamFailure, *why)),
            Toy::Panics(words) => panic!("{words}"),
            Toy::Clashes => {
                let twice = ["1", "2"].map(|body| crate::attempts::document("page.json", body));
                Ok(Produced::Rows(Rows::Documents(twice.into())))
            }
            Toy::Beats => {
                context.beat("halves", 1, 2);
                context.beat("halves", 2, 2);
                Ok(Produced::Rows(page("1")))
            }
        }
    }
}

impl ToyStep {
    /// The pages of the steps this one needs, read from the store.
    async fn given(&self, context: &AttemptContext) -> String {
        let mut pages = String::new();
        for (step, output) in &context.inputs {
            match self.views.rows(Step::Publish, *output).await.unwrap() {
                Rows::Documents(documents) => {
                    let body = String::from_utf8(documents[0].body.clone()).unwrap();
                    pages.push_str(&format!(" <{step}: {body}>"));
                }
                other => panic!("{step} wrote {}", other.kind()),
            }
        }
        pages
    }
}

/// Writes down what it is told.
#[derive(Default)]
pub(crate) struct Notes(Mutex<Vec<String>>);

impl Notes {
    /// What it was told since it was last asked.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Notes {
    fn on(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(match event {
            Event::Planned { ready } => format!("{ready} ready"),
            Event::Started { key } => format!("{key} started"),
            Event::Progress { key, stage, done, total } => format!("{key} {done}/{total} {stage}"),
            Event::Settled { report, .. } => format!("{} {}", report.key, report.state.code()),
        });
    }
}

/// A clock that stands still, and for which later is now.
pub(crate) struct Impatient;

#[async_trait]
impl Clock for Impatient {
    fn now(&self) -> Timestamp {
        now()
    }

    async fn sleep(&self, _: SignedDuration) {
        tokio::task::yield_now().await;
    }
}

/// The day every toy works on.
pub(crate) const MONDAY: &str = "monday";

/// A task of that day.
pub(crate) fn key(step: &str) -> TaskKey {
    TaskKey::new(step, MONDAY)
}

/// A task that is ready, with these outside inputs.
pub(crate) fn ready(step: &str, needs: &[&str], inputs: &str) -> PlannedTask {
    PlannedTask {
        key: key(step),
        step_version: 1,
        needs: needs.iter().map(|need| StepId::from(*need)).collect(),
        readiness: Readiness::Ready { inputs: Fingerprint::of([inputs]) },
        lane: None,
        priority: Priority::default(),
    }
}

/// A worker of this store that knows these toys.
pub(crate) fn worker(store: &Store, toys: &[(&str, Toy)], clock: Arc<dyn Clock>, notes: &Arc<Notes>) -> Worker<Rows> {
    let registry: BTreeMap<StepId, Arc<dyn Handler<Rows = Rows>>> = toys
        .iter()
        .map(|(step, toy)| {
            let handler = ToyStep { toy: toy.clone(), views: store.views.clone() };
            (StepId::from(*step), Arc::new(handler) as Arc<dyn Handler<Rows = Rows>>)
        })
        .collect();
    Worker::new(store.worker.clone(), store.ledger.clone(), registry, clock, notes.clone(), Arc::new(Threads))
}

/// Runs a plan of toys, as somebody asks for it by hand.
pub(crate) async fn run(
    store: &Store,
    toys: &[(&str, Toy)],
    plan: &[PlannedTask],
    notes: &Arc<Notes>,
) -> Result<RunReport, LedgerError> {
    worker(store, toys, Arc::new(FixedClock(now())), notes).run(plan, Asked::ByPerson).await
}

/// Each task's step, disposition and state, shortly.
pub(crate) fn told(report: &RunReport) -> Vec<String> {
    let short = |task: &runtime::TaskReport| format!("{} {:?} {}", task.key.step, task.disposition, task.state.code());
    report.tasks.iter().map(short).collect()
}

/// Runs a plan of toys by hand, and tells what came of it.
pub(crate) async fn outcomes(store: &Store, toys: &[(&str, Toy)], plan: &[PlannedTask]) -> Vec<String> {
    told(&run(store, toys, plan, &Arc::default()).await.unwrap())
}

/// Runs a plan of toys when its time has come, and tells what came of it.
pub(crate) async fn outcomes_by_clock(store: &Store, toys: &[(&str, Toy)], plan: &[PlannedTask]) -> Vec<String> {
    let worker = worker(store, toys, Arc::new(FixedClock(now())), &Arc::default());
    told(&worker.run(plan, Asked::ByClock).await.unwrap())
}

/// Where a task stands in the ledger.
pub(crate) async fn state(store: &Store, step: &str) -> TaskState {
    task(store, &key(step)).await.state
}

/// The page a task made.
pub(crate) async fn page_of(store: &Store, step: &str) -> String {
    let output = task(store, &key(step)).await.output.unwrap();
    match store.views.rows(Step::Publish, output).await.unwrap() {
        Rows::Documents(documents) => String::from_utf8(documents[0].body.clone()).unwrap(),
        other => panic!("{step} wrote {}", other.kind()),
    }
}
