//! The worker: claims tasks, has their steps run, settles what came of them. Each tick does what is due and returns;
//! nothing here waits for a step.

mod bench;
mod keep;
mod launch;
mod run;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::state::{Passage, Seat, StepPolicy};
use crate::{
    AttemptContext, AttemptId, Breaker, Claim, Clock, Event, Failure, FailureCategory, Handler, Lease, Ledger,
    LedgerError, Moved, Observer, Produced, Registry, StepId, Task, TaskKey, TaskState, Work, WorkerId,
};

use bench::{Bench, Running, Standing};
pub use launch::{Finish, Launcher, Threads};
pub(crate) use launch::{Pulse, fenced};
pub use run::RunReport;

/// Between two beats of a living worker; a lease that was not renewed for so long is lost.
pub const HEARTBEAT: SignedDuration = SignedDuration::from_secs(15);

/// Tasks that compute side by side: enough to keep two cores and the writer busy, few enough to bound memory.
pub const SIDE_BY_SIDE: usize = 4;

/// What came of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskReport {
    /// Which task.
    pub key: TaskKey,
    /// Whether it ran.
    pub disposition: Disposition,
    /// Where it stands now.
    pub state: TaskState,
    /// Rows added, counted by the store.
    pub rows_written: u64,
    /// Time from claim to settlement.
    pub elapsed: SignedDuration,
}

impl TaskReport {
    /// Whether an attempt was made.
    pub fn ran(&self) -> bool {
        self.disposition == Disposition::Ran
    }
}

/// Whether a task ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// An attempt was made here.
    Ran,
    /// Its inputs are those of its last success.
    Unchanged,
    /// It was not ready.
    NotReady,
}

/// Runs attempts against a ledger, in one process.
pub struct Worker<R> {
    id: WorkerId,
    ledger: Arc<dyn Ledger<Rows = R>>,
    registry: Registry<R>,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
    launcher: Arc<dyn Launcher<R>>,
    inbox: Arc<Inbox<R>>,
    bench: Mutex<Bench>,
    /// The breakers as they were read last, and when.
    breakers: Mutex<Option<(Timestamp, Breakers)>>,
    /// Steps that this process cannot do.
    declined: Vec<StepId>,
}

type Breakers = BTreeMap<StepId, Breaker>;

/// Steps that are left alone, and those of which one task is taken to see whether they work again.
struct Bars {
    barred: Vec<StepId>,
    probed: Breakers,
}

/// A breaker that somebody else opened is heeded after this long at the latest.
const BREAKERS_READ_EVERY: SignedDuration = SignedDuration::from_millis(500);

/// Where steps leave what they came to.
pub(crate) struct Inbox<R> {
    finished: Mutex<Vec<Finished<R>>>,
    /// Rings when something was left.
    bell: Notify,
}

/// What an attempt came to.
pub(crate) struct Finished<R> {
    attempt: AttemptId,
    ended_by: EndedBy,
    outcome: Result<Produced<Arc<R>>, Failure>,
    timing: crate::state::Timing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EndedBy {
    /// The step itself.
    Step,
    /// The clock, while the step went on.
    Clock,
}

/// What a tick changed.
#[derive(Debug, Default)]
pub struct Tick {
    /// Attempts that were settled.
    pub settled: Vec<TaskReport>,
    /// Tasks that stand elsewhere than before, settled ones among them.
    pub tasks: Vec<Task>,
    /// Attempts that were started.
    pub started: Vec<TaskKey>,
}

impl<R: Send + Sync + 'static> Worker<R> {
    /// A worker that runs `registry`'s steps.
    pub fn new(
        id: WorkerId,
        ledger: Arc<dyn Ledger<Rows = R>>,
        registry: Registry<R>,
        clock: Arc<dyn Clock>,
        observer: Arc<dyn Observer>,
        launcher: Arc<dyn Launcher<R>>,
    ) -> Self {
        let inbox = Arc::new(Inbox { finished: Mutex::default(), bell: Notify::new() });
        Self {
            id,
            ledger,
            registry,
            clock,
            observer,
            launcher,
            inbox,
            bench: Mutex::default(),
            breakers: Mutex::default(),
            declined: Vec::new(),
        }
    }

    /// The same, without ever taking a task of these steps: this process lacks what they need, and another may have it.
    pub fn declining(self, declined: Vec<StepId>) -> Self {
        Self { declined, ..self }
    }

    /// Settles what has finished, then takes new work.
    ///
    /// # Errors
    /// When the ledger fails; what was not settled is kept and settled by a later tick.
    pub async fn tick(&self, work: &Work) -> Result<Tick, LedgerError> {
        let mut tick = self.settle_finished().await?;
        if !self.has_room() || *work == Work::Of(Vec::new()) {
            return Ok(tick);
        }
        let bars = self.bars().await?;
        for seat in Seat::ALL {
            for lease in self.claim(seat, work, &bars).await? {
                tick.started.push(lease.task.key.clone());
                self.launch(lease);
            }
        }
        Ok(tick)
    }

    /// Returns when a step has finished, or when so much time has passed.
    pub async fn finished(&self, at_most: SignedDuration) {
        tokio::select! {
            () = self.inbox.bell.notified() => {}
            () = self.clock.sleep(at_most) => {}
        }
    }

    /// How many attempts are under way.
    pub fn busy(&self) -> usize {
        self.bench().running.len()
    }

    /// Steps that go on after their attempt was ended, because their thread does not listen.
    pub fn abandoned(&self) -> usize {
        self.bench().abandoned.len()
    }

    /// Whether steps that do not end have taken every seat of a kind: then only a fresh process helps.
    pub fn is_stuck(&self) -> bool {
        let bench = self.bench();
        Seat::ALL.into_iter().any(|seat| bench.is_stuck(seat))
    }

    /// Whether it could take a task now.
    pub fn has_room(&self) -> bool {
        Seat::ALL.into_iter().any(|seat| self.room(seat) > 0)
    }

    /// How many tasks that take such a seat it could take now; none waits where it does no step that waits. A step that it
    /// does not know counts as one that computes, and fails for that reason.
    fn room(&self, seat: Seat) -> usize {
        let does = |(step, handler): (&StepId, &Arc<dyn Handler<Rows = R>>)| {
            handler.policy().seat == seat && !self.declined.contains(step)
        };
        let offers = seat == Seat::default() || self.registry.iter().any(does);
        if offers { self.bench().free(seat) } else { 0 }
    }

    fn bench(&self) -> MutexGuard<'_, Bench> {
        self.bench.lock().expect("no panic while it is held")
    }

    async fn claim(&self, seat: Seat, work: &Work, bars: &Bars) -> Result<Vec<Lease>, LedgerError> {
        let at_most = self.room(seat);
        if at_most == 0 {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let elsewhere = self.registry.iter().filter(|(_, handler)| handler.policy().seat != seat);
        let claim = Claim {
            worker: self.id.clone(),
            work: work.clone(),
            at_most,
            barred: bars.barred.iter().chain(elsewhere.map(|(step, _)| step)).cloned().collect(),
            probed: bars.probed.keys().cloned().collect(),
            lease_until: now + HEARTBEAT,
        };
        let mut leases = Vec::new();
        for lease in self.ledger.claim(&claim, now).await? {
            match bars.probed.get(&lease.task.key.step) {
                Some(breaker) if !self.takes_probe(&lease, breaker).await? => self.give_back(lease).await?,
                _ => leases.push(lease),
            }
        }
        Ok(leases)
    }

    /// What this process leaves alone now, and what it may probe.
    async fn bars(&self) -> Result<Bars, LedgerError> {
        let now = self.clock.now();
        let mut bars = Bars { barred: self.declined.clone(), probed: BTreeMap::new() };
        for (step, breaker) in self.breakers().await?.into_iter().filter(|(step, _)| !self.declined.contains(step)) {
            match breaker.passage(now) {
                Passage::Free => {}
                Passage::Barred => bars.barred.push(step),
                Passage::Probe => {
                    bars.probed.insert(step, breaker);
                }
            }
        }
        Ok(bars)
    }

    /// The breakers that are not simply closed, as of a moment ago.
    async fn breakers(&self) -> Result<Breakers, LedgerError> {
        let now = self.clock.now();
        let fresh = |read_at: Timestamp| (read_at..read_at + BREAKERS_READ_EVERY).contains(&now);
        let cached = self.breakers.lock().expect("no panic while it is held").clone();
        if let Some((_, breakers)) = cached.filter(|(read_at, _)| fresh(*read_at)) {
            return Ok(breakers);
        }
        let breakers = self.ledger.breakers().await?;
        *self.breakers.lock().expect("no panic while it is held") = Some((now, breakers.clone()));
        Ok(breakers)
    }

    fn forget_breakers(&self) {
        *self.breakers.lock().expect("no panic while it is held") = None;
    }

    /// Whether this attempt is the one that may probe its step's breaker.
    async fn takes_probe(&self, lease: &Lease, breaker: &Breaker) -> Result<bool, LedgerError> {
        let probing = breaker.probing(self.policy(&lease.task.key.step).deadlines.attempt, self.clock.now());
        self.forget_breakers();
        Ok(self.ledger.move_breaker(&lease.task.key.step, breaker, &probing).await? == Moved::Yes)
    }

    fn policy(&self, step: &StepId) -> StepPolicy {
        self.registry.get(step).map(|handler| handler.policy()).unwrap_or_default()
    }

    fn launch(&self, lease: Lease) {
        let (attempt, key) = (lease.attempt, lease.task.key.clone());
        let pulse = Arc::new(Pulse::new(self.clock.clone()));
        let running = Running {
            policy: self.policy(&key.step),
            pulse: pulse.clone(),
            renewed_at: lease.claimed_at,
            standing: Standing::Working,
            lease: lease.clone(),
        };
        self.bench().running.insert(attempt, running);
        tracing::info!(target: "heartbeat", "HEARTBEAT START: {key}, attempt {attempt}");
        self.observer.on(&Event::Started { key: &key });
        let finish = Finish { attempt, inbox: self.inbox.clone() };
        match self.registry.get(&key.step).cloned() {
            Some(handler) => {
                let context = AttemptContext { key, inputs: lease.inputs, pulse, observer: self.observer.clone() };
                self.launcher.launch(handler, context, finish);
            }
            None => {
                let message = format!("no step named {}", key.step);
                finish.with(Err(Failure::permanent(FailureCategory::ConfigurationError, message)), Default::default());
            }
        }
    }
}
