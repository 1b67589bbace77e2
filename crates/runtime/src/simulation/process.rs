//! A simulated process: a worker with its loops, a reaper, a planner, and in some a scheduler. Each loop ticks when it is due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::desk::{Desk, Machine};
use super::step::Yard;
use super::trade::Trade;
use crate::{Asked, AttemptId, Clock, LedgerError, Reaper, Scheduler, Work, Worker, WorkerId};

/// Work, deadlines and leases are looked at so often, whether anybody was woken or not.
const TICK: SignedDuration = SignedDuration::from_secs(1);
/// Schedules are looked at so often.
const SCHEDULE_TICK: SignedDuration = SignedDuration::from_secs(5);
/// What is under way is given so long to end when a process is asked to stop.
const DRAIN: SignedDuration = SignedDuration::from_secs(20);

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Duty {
    Tick,
    Keep,
    Reap,
    Schedule,
    Plan,
    Leave,
    Step(AttemptId),
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    Well,
    /// A schedule fired.
    Fired,
    /// The store failed.
    Badly,
}

/// A process.
pub(super) struct Process<R> {
    pub(super) id: WorkerId,
    pub(super) desk: Arc<Desk>,
    pub(super) machine: Arc<Machine>,
    pub(super) worker: Arc<Worker<R>>,
    pub(super) reaper: Arc<Reaper<R>>,
    pub(super) scheduler: Option<Arc<Scheduler>>,
    pub(super) planner: Arc<Planner>,
    pub(super) yard: Arc<Yard>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) jobs: BTreeMap<Duty, BoxFuture<'static, Went>>,
    pub(super) due: Due,
    /// When it was asked to stop, if it was.
    pub(super) asked_to_stop_at: Option<Timestamp>,
}

/// When its loops last looked, and when something asked them to look.
pub(super) struct Due {
    pub(super) woken_at: Option<Timestamp>,
    pub(super) plan_at: Option<Timestamp>,
    pub(super) ticked_at: Timestamp,
    pub(super) kept_at: Timestamp,
    pub(super) reaped_at: Timestamp,
    pub(super) scheduled_at: Timestamp,
    /// Steps it had given up when it last looked.
    abandoned: usize,
}

/// What there is to look at, by the simulated time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub(super) claimable_from: Option<Timestamp>,
    pub(super) lease_until: Option<Timestamp>,
    pub(super) next_tick: Option<Timestamp>,
}

impl Due {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            woken_at: None,
            plan_at: None,
            ticked_at: now,
            kept_at: now,
            reaped_at: now,
            scheduled_at: now,
            abandoned: 0,
        }
    }

    /// Lets the worker look by an instant.
    pub(super) fn wake(&mut self, at: Timestamp) {
        self.woken_at = Some(self.woken_at.map_or(at, |woken| woken.min(at)));
    }
}

impl<R: Send + Sync + 'static> Process<R> {
    /// Its loops that are not under way, and when each is next due.
    pub(super) fn dues(&self, sight: Sight) -> impl Iterator<Item = (Duty, Timestamp)> {
        let Due { woken_at, plan_at, ticked_at, kept_at, reaped_at, scheduled_at, .. } = self.due;
        let skew = self.machine.skew();
        // An instant its clock will show, in simulated time; and the next look of a loop after it.
        let look = |shown: Timestamp, every, last: Timestamp| next_look(shown - skew, every).max(last + every);
        let has_room = self.worker.has_room() && self.asked_to_stop_at.is_none();
        let polled = sight.claimable_from.filter(|_| has_room).map(|from| look(from, TICK, ticked_at));
        let tick = [woken_at, polled].into_iter().flatten().min();
        let keep = self.worker.next_keep().map(|at| look(at, TICK, kept_at));
        let reap = sight.lease_until.map(|at| look(at, TICK, reaped_at));
        let scheduler = self.scheduler.as_ref().and(sight.next_tick);
        let schedule = scheduler.map(|at| look(at, SCHEDULE_TICK, scheduled_at));
        let leave = self
            .asked_to_stop_at
            .filter(|_| !self.jobs.contains_key(&Duty::Tick))
            .map(|asked_at| if self.worker.busy() == 0 { asked_at } else { asked_at + DRAIN });
        let dues = [
            (Duty::Tick, tick),
            (Duty::Keep, keep),
            (Duty::Reap, reap),
            (Duty::Schedule, schedule),
            (Duty::Plan, plan_at),
            (Duty::Leave, leave),
        ];
        let idle = dues.into_iter().filter(|(duty, _)| !self.jobs.contains_key(duty));
        idle.filter_map(|(duty, due)| Some((duty, due?)))
    }

    /// Starts a loop's next tick.
    pub(super) fn start(&mut self, duty: Duty, now: Timestamp) {
        let job = match duty {
            Duty::Tick => {
                self.due.woken_at = None;
                self.due.ticked_at = now;
                let worker = self.worker.clone();
                async move { went(&worker.tick(&Work::Anything).await) }.boxed()
            }
            Duty::Keep => {
                self.due.kept_at = now;
                let worker = self.worker.clone();
                async move { went(&worker.keep().await) }.boxed()
            }
            Duty::Reap => {
                self.due.reaped_at = now;
                let reaper = self.reaper.clone();
                async move { went(&reaper.tick().await) }.boxed()
            }
            Duty::Schedule => {
                self.due.scheduled_at = now;
                let Some(scheduler) = self.scheduler.clone() else { return };
                let shown = self.clock.now();
                async move {
                    match scheduler.tick(&BTreeSet::new(), shown).await {
                        Ok(firings) if firings.is_empty() => Went::Well,
                        Ok(_) => Went::Fired,
                        Err(_) => Went::Badly,
                    }
                }
                .boxed()
            }
            Duty::Plan => {
                self.due.plan_at = None;
                let (planner, worker, shown) = (self.planner.clone(), self.worker.clone(), self.clock.now());
                async move { went(&planner.plan(&worker, shown).await) }.boxed()
            }
            Duty::Leave => {
                let worker = self.worker.clone();
                async move { went(&worker.give_all_back().await) }.boxed()
            }
            Duty::Step(_) => return,
        };
        self.jobs.insert(duty, job);
    }

    /// Drives something on. Returns how it went, once it is over.
    pub(super) fn poll(&mut self, duty: Duty) -> Option<Went> {
        let mut context = Context::from_waker(Waker::noop());
        match self.jobs.get_mut(&duty)?.as_mut().poll(&mut context) {
            Poll::Ready(went) => {
                self.jobs.remove(&duty);
                Some(went)
            }
            Poll::Pending => None,
        }
    }

    /// Takes in the steps that were started. Returns them.
    pub(super) fn take_steps(&mut self) -> Vec<Duty> {
        let started = self.yard.take().into_iter().map(|(attempt, step)| {
            let duty = Duty::Step(attempt);
            self.jobs.insert(duty, step.map(|()| Went::Well).boxed());
            duty
        });
        started.collect()
    }

    /// The steps under way.
    pub(super) fn steps(&self) -> Vec<Duty> {
        self.jobs.keys().copied().filter(|duty| matches!(duty, Duty::Step(_))).collect()
    }

    /// Whether it gave up more steps since this was last asked.
    pub(super) fn gave_up(&mut self) -> bool {
        let abandoned = self.worker.abandoned();
        std::mem::replace(&mut self.due.abandoned, abandoned) < abandoned
    }

    /// Whether its threads are all stuck in steps that were given up: then only a new process helps.
    pub(super) fn is_stuck(&self) -> bool {
        self.worker.is_stuck()
    }
}

fn went<T>(outcome: &Result<T, LedgerError>) -> Went {
    if outcome.is_ok() { Went::Well } else { Went::Badly }
}

/// The first look at or after an instant of a loop that looks so often.
fn next_look(from: Timestamp, every: SignedDuration) -> Timestamp {
    let micros = every.as_micros() as i64;
    let late = from.as_microsecond().rem_euclid(micros);
    if late == 0 { from } else { from + SignedDuration::from_micros(micros - late) }
}

/// Enters what is planned. It remembers which lots have nothing left to do.
pub(super) struct Planner {
    trade: Arc<Trade>,
    finished: Mutex<BTreeMap<usize, u32>>,
}

impl Planner {
    pub(super) fn new(trade: Arc<Trade>) -> Self {
        Self { trade, finished: Mutex::default() }
    }

    /// Plans every lot that may have something to do.
    async fn plan<R: Send + Sync + 'static>(&self, worker: &Worker<R>, now: Timestamp) -> Result<(), LedgerError> {
        let mut open = Vec::new();
        for (place, lot) in self.trade.lots.iter().enumerate().filter(|(_, lot)| lot.born <= now) {
            let corrections = self.trade.corrections(lot);
            if self.finished().get(&place) != Some(&corrections) {
                open.push((place, corrections, self.trade.plan(lot, now)));
            }
        }
        let plan: Vec<_> = open.iter().flat_map(|(.., tasks)| tasks.iter().cloned()).collect();
        let grid = worker.enter(&plan, Asked::ByClock).await?;
        for (place, corrections, tasks) in open {
            if tasks.iter().all(|planned| grid.get(&planned.key).is_some_and(|task| task.state.is_settled())) {
                self.finished().insert(place, corrections);
            }
        }
        Ok(())
    }

    fn finished(&self) -> MutexGuard<'_, BTreeMap<usize, u32>> {
        self.finished.lock().expect("no panic while it is held")
    }
}
