//! The crew: processes that work as `tipoff serve` does, with steps whose end the simulation decides.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::alerts::{AlertSink, AlertStore, Alerter, Notification, Policy, SinkError};
use runtime::state::StepPolicy;
use runtime::{
    AttemptContext, AttemptId, Clock, Failure, Finish, Handler, Launcher, Ledger, Life, Liveness, MemoryLedger,
    Produced, Reaper, Registry, Scheduler, SchedulesInMemory, SettableClock, Silent, StepId, Worker, WorkerId,
};

use super::troubles::Span;
use crate::handlers;
use crate::schedules;
use crate::serve::LEASE;

/// What all processes share.
pub(super) struct Place {
    pub(super) clock: Arc<SettableClock>,
    pub(super) ledger: Arc<MemoryLedger<u64>>,
    pub(super) schedules: Arc<SchedulesInMemory>,
    pub(super) alerts: Arc<dyn AlertStore>,
    pub(super) ears: Arc<Ears>,
}

/// A process.
pub(super) struct Process {
    pub(super) id: WorkerId,
    pub(super) worker: Worker<u64>,
    pub(super) reaper: Reaper<u64>,
    pub(super) scheduler: Scheduler,
    pub(super) alerter: Alerter,
    pub(super) yard: Arc<Yard>,
    /// It stands still until then.
    pub(super) frozen_until: Timestamp,
    /// Attempts whose step was started here and has not ended.
    pub(super) steps: BTreeMap<AttemptId, Started>,
}

/// A step that was started.
pub(super) struct Started {
    pub(super) context: AttemptContext,
    pub(super) finish: Finish<u64>,
}

/// Steps that were started and wait to be looked at.
#[derive(Default)]
pub(super) struct Yard(Mutex<Vec<Started>>);

impl Yard {
    pub(super) fn take(&self) -> Vec<Started> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Launcher<u64> for Yard {
    fn launch(&self, _: Arc<dyn Handler<Rows = u64>>, context: AttemptContext, finish: Finish<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Started { context, finish });
    }
}

/// A step with production's policy. Its work is simulated by whoever takes it from the yard.
struct Simulated(Step);

#[async_trait]
impl Handler for Simulated {
    type Rows = u64;

    fn policy(&self) -> StepPolicy {
        handlers::policy(self.0)
    }

    async fn run(&self, _: &AttemptContext) -> Result<Produced<u64>, Failure> {
        unreachable!("the yard takes every step before it runs")
    }
}

/// Nobody knows of a process but by its lease.
struct Unknowing;

impl Liveness for Unknowing {
    fn of(&self, _: &WorkerId) -> Life {
        Life::Unknown
    }
}

/// What people heard.
#[derive(Default)]
pub(super) struct Ears(Mutex<Vec<Notification>>);

impl Ears {
    pub(super) fn heard(&self) -> Vec<Notification> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A route to people that may be broken for a while.
struct Route {
    name: &'static str,
    clock: Arc<SettableClock>,
    ears: Arc<Ears>,
    broken: Option<Span>,
}

#[async_trait]
impl AlertSink for Route {
    fn route(&self) -> &str {
        self.name
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        if self.broken.is_some_and(|span| span.contains(self.clock.now())) {
            return Err(SinkError("the server answers 503".to_owned()));
        }
        // What comes by two routes is heard once.
        let mut heard = self.ears.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !heard.iter().any(|known| known.id() == notification.id()) {
            heard.push(notification.clone());
        }
        Ok(())
    }
}

impl Place {
    /// A process starts, under a name no other ever bore.
    pub(super) fn start(&self, number: usize, life: usize, deaf_route: Option<Span>, now: Timestamp) -> Process {
        let id = WorkerId::new(format!("process {number}.{life}"));
        let ledger: Arc<dyn Ledger<Rows = u64>> = self.ledger.clone();
        let yard = Arc::<Yard>::default();
        let registry: Registry<u64> = Step::all()
            .map(|step| (StepId::from(step.name()), Arc::new(Simulated(step)) as Arc<dyn Handler<Rows = u64>>))
            .collect();
        let clock: Arc<dyn Clock> = self.clock.clone();
        let worker = Worker::new(id.clone(), ledger.clone(), registry, clock.clone(), Arc::new(Silent), yard.clone());
        let policy = |step: &StepId| Step::named(step.as_str()).map(handlers::policy).unwrap_or_default();
        let reaper = Reaper { ledger, clock, liveness: Arc::new(Unknowing), policy: Arc::new(policy) };
        let all = schedules::all().expect("the table makes sense");
        let scheduler = Scheduler::new(self.schedules.clone(), all, id.as_str(), LEASE);
        let route = |name, broken| {
            let (clock, ears) = (self.clock.clone(), self.ears.clone());
            Arc::new(Route { name, clock, ears, broken }) as Arc<dyn AlertSink>
        };
        let sinks = vec![route("chat", None), route("mail", deaf_route)];
        Process {
            id,
            worker,
            reaper,
            scheduler: scheduler.expect("the schedules have names of their own"),
            alerter: Alerter::new(self.alerts.clone(), sinks, Policy::default()),
            yard,
            frozen_until: now,
            steps: BTreeMap::new(),
        }
    }
}

/// How long a step usually takes.
pub(super) fn usual(step: Step) -> SignedDuration {
    SignedDuration::from_secs(match step {
        Step::TrainModels | Step::TrainLateModels => 120,
        Step::MlFeatureStore | Step::Forecast => 25,
        Step::Land | Step::Process => 4,
        _ => 10,
    })
}
