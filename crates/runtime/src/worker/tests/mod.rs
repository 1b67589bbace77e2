//! Workers and reapers over the ledger in memory, with a clock that the test sets.

mod breakers;
mod deadlines;
mod leases;
mod racing;
mod retries;
mod seats;
mod settling;
mod storms;
mod threads;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use tokio::sync::Semaphore;

use super::{Finish, Launcher, Worker};
use crate::simulation::gate::{Call, Fate, Gate, Gatekeeper};
use crate::state::StepPolicy;
use crate::{
    Asked, Attempt, AttemptContext, Failure, FailureCategory, Fingerprint, Handler, Lane, Ledger, Life, Liveness,
    MemoryLedger, PlannedTask, Priority, Produced, Readiness, Reaper, Registry, SettableClock, Silent, StepId, Task,
    TaskKey, TaskState, Work, WorkerId,
};

/// The steps there are; grinding needs what roasting made.
const STEPS: [&str; 3] = ["roast", "grind", "pack"];

/// What is shared by all workers.
struct Shop {
    clock: Arc<SettableClock>,
    ledger: Arc<MemoryLedger<String>>,
}

/// A worker whose steps lie on a desk until the test finishes them.
struct Hand {
    worker: Worker<String>,
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Desk(Mutex<VecDeque<(AttemptContext, Finish<String>)>>);

impl Launcher<String> for Desk {
    fn launch(&self, _: Arc<dyn Handler<Rows = String>>, context: AttemptContext, finish: Finish<String>) {
        self.0.lock().unwrap().push_back((context, finish));
    }
}

/// A step that is known by its name and policy alone.
struct Named(StepPolicy);

#[async_trait]
impl Handler for Named {
    type Rows = String;

    fn policy(&self) -> StepPolicy {
        self.0
    }

    async fn run(&self, _: &AttemptContext) -> Result<Produced<String>, Failure> {
        unreachable!("its steps are finished by hand")
    }
}

struct Unknowing;

impl Liveness for Unknowing {
    fn of(&self, _: &WorkerId) -> Life {
        Life::Unknown
    }
}

/// Lets every call through, but others first.
struct Polite;

impl Gatekeeper for Polite {
    fn admit(&self, _: Call) -> BoxFuture<'static, Fate> {
        tokio::task::yield_now().map(|()| Fate::Answered).boxed()
    }
}

/// What becomes of the next calls of one name; all others are answered.
struct Fates(&'static str, Mutex<VecDeque<Fate>>);

impl Gatekeeper for Fates {
    fn admit(&self, call: Call) -> BoxFuture<'static, Fate> {
        let (Call::Read(name) | Call::Write(name)) = call;
        let fate = if name == self.0 { self.1.lock().unwrap().pop_front() } else { None };
        std::future::ready(fate.unwrap_or(Fate::Answered)).boxed()
    }
}

/// Holds calls of one name back until it is opened.
struct Barrier(&'static str, Arc<Semaphore>);

impl Gatekeeper for Barrier {
    fn admit(&self, call: Call) -> BoxFuture<'static, Fate> {
        let (Call::Read(name) | Call::Write(name)) = call;
        let (held, open) = (name == self.0, self.1.clone());
        async move {
            if held {
                open.acquire().await.unwrap().forget();
            }
            Fate::Answered
        }
        .boxed()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn task(step: &str, partition: &str) -> PlannedTask {
    let needs = if step == "grind" { vec![StepId::from("roast")] } else { Vec::new() };
    PlannedTask {
        key: TaskKey::new(step, partition),
        step_version: 1,
        needs,
        readiness: Readiness::Ready { inputs: Fingerprint::of(["beans"]) },
        lane: None,
        priority: Priority::default(),
    }
}

/// Roasting on so many days.
fn roasts(days: usize) -> Vec<PlannedTask> {
    (0..days).map(|day| task("roast", &format!("day {day}"))).collect()
}

fn rows(text: &str) -> Result<Produced<String>, Failure> {
    Ok(Produced::Rows(text.into()))
}

fn fails(category: FailureCategory) -> Result<Produced<String>, Failure> {
    Err(Failure::transient(category, "the mill jams"))
}

impl Shop {
    /// A shop at second 0.
    fn new() -> Self {
        Self { clock: Arc::new(SettableClock::new(at(0))), ledger: Arc::default() }
    }

    /// A shop with these tasks in its grid.
    async fn with(plan: &[PlannedTask]) -> Self {
        let shop = Self::new();
        shop.enter(plan).await;
        shop
    }

    async fn enter(&self, plan: &[PlannedTask]) {
        self.hand("planner").worker.enter(plan, Asked::ByClock).await.unwrap();
    }

    fn hand(&self, name: &str) -> Hand {
        self.hand_at(name, self.ledger.clone())
    }

    /// A worker who reaches the ledger through a gate.
    fn gated(&self, name: &str, keeper: impl Gatekeeper + 'static) -> Hand {
        self.hand_at(name, Arc::new(Gate { store: self.ledger.clone(), keeper: Arc::new(keeper) }))
    }

    fn hand_at(&self, name: &str, ledger: Arc<dyn Ledger<Rows = String>>) -> Hand {
        let desk = Arc::<Desk>::default();
        let steps = STEPS.map(|step| (step, Arc::new(Named(StepPolicy::default())) as Arc<dyn Handler<Rows = String>>));
        Hand { worker: self.worker(name, ledger, &steps, desk.clone()), desk }
    }

    fn worker(
        &self,
        name: &str,
        ledger: Arc<dyn Ledger<Rows = String>>,
        steps: &[(&str, Arc<dyn Handler<Rows = String>>)],
        launcher: Arc<dyn Launcher<String>>,
    ) -> Worker<String> {
        let registry: Registry<String> =
            steps.iter().map(|(step, handler)| (StepId::from(*step), handler.clone())).collect();
        Worker::new(WorkerId::new(name), ledger, registry, self.clock.clone(), Arc::new(Silent), launcher)
    }

    fn reaper(&self) -> Reaper<String> {
        Reaper {
            ledger: self.ledger.clone(),
            clock: self.clock.clone(),
            liveness: Arc::new(Unknowing),
            policy: Arc::new(|_| StepPolicy::default()),
        }
    }

    async fn task(&self, step: &str, partition: &str) -> Task {
        let tasks = self.ledger.tasks(&[partition.into()]).await.unwrap();
        tasks.into_iter().find(|task| task.key.step.as_str() == step).unwrap()
    }

    async fn state(&self, step: &str, partition: &str) -> TaskState {
        self.task(step, partition).await.state
    }

    /// The rows a task stands for now.
    async fn output(&self, step: &str, partition: &str) -> Option<String> {
        let output = self.task(step, partition).await.output?;
        self.ledger.output(output).map(|rows| rows.as_str().to_owned())
    }

    /// How often each task was attempted.
    fn attempts(&self) -> BTreeMap<TaskKey, usize> {
        let mut attempts = BTreeMap::new();
        for Attempt { key, .. } in self.ledger.attempts() {
            *attempts.entry(key).or_default() += 1;
        }
        attempts
    }
}

impl Hand {
    /// Ticks, and tells the partitions of the attempts it started.
    async fn tick(&self) -> Vec<String> {
        let tick = self.worker.tick(&Work::Anything).await.unwrap();
        tick.started.into_iter().map(|key| key.partition.to_string()).collect()
    }

    /// How many steps lie on the desk.
    fn launched(&self) -> usize {
        self.desk.0.lock().unwrap().len()
    }

    /// Finishes the step that was launched first.
    fn finish(&self, outcome: Result<Produced<String>, Failure>) {
        let (_, finish) = self.desk.0.lock().unwrap().pop_front().expect("a step was launched");
        finish.with(outcome, Default::default());
    }

    /// Lets the step that was launched first say that it goes on.
    fn beat(&self, done: u64) {
        self.desk.0.lock().unwrap()[0].0.beat("sacks", done, 100);
    }

    /// Whether the step that was launched first was told to stop.
    fn is_stopped(&self) -> bool {
        self.desk.0.lock().unwrap()[0].0.pulse.is_stopped()
    }

    /// Attempts every task there is, one after the other.
    async fn work_off(&self, outcome: impl Fn() -> Result<Produced<String>, Failure>) {
        while !self.tick().await.is_empty() || self.launched() > 0 {
            while self.launched() > 0 {
                self.finish(outcome());
            }
        }
    }
}
