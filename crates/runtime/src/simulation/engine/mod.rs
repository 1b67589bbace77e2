//! The engine: one thread, one heap of events, one seed. It drives every process on and decides what becomes of each call.

mod driving;
mod starting;
mod striking;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use jiff::{SignedDuration, Timestamp};

use super::audit::{SharedAudit, look};
use super::chance::Chance;
use super::desk::{Machine, Ticket, Wish};
use super::faults::{Fault, FaultKind};
use super::process::{Duty, Process};
use super::report::Chapter;
use super::step::Rows;
use super::trace::Note;
use super::trade::{Expected, Trade};
use super::{Simulation, Stage};
use crate::state::Schedule;
use crate::{Asked, Ledger, Partition, ScheduleStore, SettableClock, TaskKey, Worker};

/// After the last fault, everything must come to its end within this time.
const SETTLES_WITHIN: SignedDuration = SignedDuration::from_hours(8);

/// The whole grid is compared with what was written once in so many hours.
const COMPARED_EVERY: i64 = 2;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Something that happens at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A loop of a process is due.
    Look {
        process: usize,
    },
    /// A process is woken for nothing.
    Rouse {
        process: usize,
    },
    /// What a process waits for has come.
    Come {
        process: usize,
        life: u32,
        duty: Duty,
        ticket: Ticket,
        wish: Wish,
        asked_at: Timestamp,
    },
    /// A process starts.
    Start {
        process: usize,
    },
    /// A process that stopped may go on.
    Resume {
        process: usize,
    },
    /// A process is asked to stop, for a new version.
    Leave {
        process: usize,
    },
    Strike {
        fault: usize,
    },
    Pass {
        fault: usize,
        process: usize,
    },
    Correct,
    /// Another file of the delivery is there.
    Deliver,
    Hour {
        hour: i64,
    },
}

/// A machine, and the process that runs on it.
struct Slot<R> {
    machine: Arc<Machine>,
    /// How often its process was started.
    life: u32,
    process: Option<Process<R>>,
    paused_until: Option<Timestamp>,
    /// It hears of no work until then.
    deaf_until: Timestamp,
    /// It hears of everything twice until then.
    doubled_until: Timestamp,
    doom: Option<Doom>,
    /// How long its next decision about schedules is held up.
    stall: Option<SignedDuration>,
    look_at: Option<Timestamp>,
}

/// What happens to a process with its next write.
#[derive(Debug, Clone, Copy)]
enum Doom {
    DiesBefore(SignedDuration),
    DiesAfter(SignedDuration),
    FreezesAfter(SignedDuration),
}

/// A simulated week.
pub(super) struct Engine<R> {
    trade: Arc<Trade>,
    rows: Arc<Rows<R>>,
    ledger: Arc<dyn Ledger<Rows = R>>,
    schedule_store: Arc<dyn ScheduleStore>,
    schedules: Vec<Schedule>,
    schedulers: usize,
    operator: Worker<R>,
    dial: Arc<SettableClock>,
    now: Timestamp,
    begins: Timestamp,
    ends: Timestamp,
    audit: SharedAudit,
    chance: Chance,
    heap: BinaryHeap<Reverse<(Timestamp, u64, Event)>>,
    posted: u64,
    slots: Vec<Slot<R>>,
    faults: Vec<Fault>,
    /// Until when the database is out of order, and how.
    troubles: BTreeMap<FaultKind, Timestamp>,
    next_tick: Option<Timestamp>,
    chapter: Chapter,
}

impl<R: Send + Sync + 'static> Engine<R> {
    /// A week, or what is left of one, under a seed of its own.
    pub(super) fn new(simulation: &Simulation, seed: u64, hours: i64, stage: Stage<R>) -> Self {
        starting::engine(simulation, seed, hours, stage)
    }

    /// Runs to the end, or to the first violation.
    pub(super) fn run(mut self) -> Chapter {
        while let Some(Reverse((at, _, event))) = self.heap.pop() {
            self.now = at;
            self.dial.set(at);
            self.chapter.events += 1;
            self.keep_time();
            self.handle(event);
            if !look(&self.audit).violations.is_empty() || self.is_over(event) {
                break;
            }
        }
        let mut audit = look(&self.audit);
        self.chapter.take(&mut audit);
        drop(audit);
        self.chapter
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Look { process } => self.look(process),
            Event::Rouse { process } => self.rouse(process),
            Event::Come { process, life, duty, ticket, wish, asked_at } => {
                self.come(process, life, (duty, ticket, wish), asked_at);
            }
            Event::Start { process } => self.start(process),
            Event::Resume { process } => self.resume(process),
            Event::Leave { process } => self.leave(process),
            Event::Strike { fault } => self.strike(fault),
            Event::Pass { fault, process } => self.pass(fault, process),
            Event::Correct => self.correct(),
            Event::Deliver => self.deliver(),
            Event::Hour { hour } => self.hour(hour),
        }
    }

    fn post(&mut self, at: Timestamp, event: Event) {
        self.posted += 1;
        self.heap.push(Reverse((at, self.posted, event)));
    }

    fn is_over(&self, event: Event) -> bool {
        matches!(event, Event::Hour { .. }) && self.now >= self.ends + SETTLES_WITHIN
    }

    /// Tells the audit the time, and whether anything but processes is out of order.
    fn keep_time(&mut self) {
        let now = self.now;
        self.troubles.retain(|_, until| *until > now);
        let nobody = self.slots.iter().all(|slot| slot.process.is_none() || slot.paused_until.is_some());
        let wrong = self.slots.iter().any(|slot| slot.machine.skew() != SignedDuration::ZERO);
        let mut audit = look(&self.audit);
        audit.now = now;
        if nobody || wrong || !self.troubles.is_empty() {
            audit.disturbed_at = now;
        }
        audit.check_told();
    }

    /// What a task reads was wrong, and is corrected.
    fn correct(&mut self) {
        let corrected = self.trade.correct(self.now, &mut self.chance);
        for (key, version) in corrected {
            look(&self.audit).note(Note::Corrected { key, version });
        }
        let process = self.chance.below(self.slots.len());
        let told_at = self.now + self.chance.seconds(0, 5);
        if let Some(hears) = &mut self.slots[process].process {
            hears.due.plan_at = Some(told_at);
            self.look_after(process);
        }
        let next = self.now + self.chance.seconds(600, 6 * 3600);
        if next < self.ends {
            self.post(next, Event::Correct);
        }
    }

    fn deliver(&mut self) {
        let (key, version) = self.trade.deliver();
        look(&self.audit).note(Note::Corrected { key, version });
        for process in 0..self.slots.len() {
            if let Some(hears) = &mut self.slots[process].process {
                hears.due.plan_at = Some(self.now);
                self.post(self.now, Event::Rouse { process });
            }
        }
    }

    /// The hourly check; while everything settles, a person asks again for what only the faults have killed.
    fn hour(&mut self, hour: i64) {
        look(&self.audit).check_progress();
        let settled = self.now >= self.ends + SETTLES_WITHIN;
        if hour % COMPARED_EVERY == 0 || settled {
            self.compare();
        }
        if settled {
            return self.check_end();
        }
        if self.now > self.ends {
            self.ask_again();
        }
        self.post(self.now + HOUR, Event::Hour { hour: hour + 1 });
    }

    fn compare(&self) {
        let partitions: Vec<Partition> = self.trade.lots.iter().map(|lot| lot.partition.clone()).collect();
        let tasks = at_once(self.ledger.tasks(&partitions));
        let open = at_once(self.ledger.open_attempts());
        let mut audit = look(&self.audit);
        match (tasks, open) {
            (Ok(tasks), Ok(open)) => audit.check_grid(&tasks, &open),
            (Err(error), _) | (_, Err(error)) => audit.violated(format!("the ledger cannot be read: {error}")),
        }
    }

    fn check_end(&self) {
        let mut audit = look(&self.audit);
        for lot in &self.trade.lots {
            audit.check_end(&self.trade.expected(lot), &*self.rows.unpack);
        }
        for schedule in &self.schedules {
            audit.check_ticks(schedule, self.ends);
        }
    }

    fn ask_again(&mut self) {
        let dead: Vec<TaskKey> = look(&self.audit).dead().cloned().collect();
        let mut plan = Vec::new();
        for lot in &self.trade.lots {
            let killed: Vec<&TaskKey> = dead.iter().filter(|key| key.partition == lot.partition).collect();
            if killed.is_empty() {
                continue;
            }
            let expected = self.trade.expected(lot);
            let mut planned = self.trade.plan(lot, self.now);
            planned.retain(|task| killed.contains(&&task.key) && expected[&task.key] != Expected::Dead);
            plan.extend(planned);
        }
        if plan.is_empty() {
            return;
        }
        self.chapter.asked_again += plan.len() as u64;
        look(&self.audit).note(Note::Asked { tasks: plan.len() });
        if let Err(error) = at_once(self.operator.enter(&plan, Asked::ByPerson)) {
            look(&self.audit).violated(format!("the ledger cannot be written: {error}"));
        }
        self.tell_news();
    }
}

/// What a future comes to when nothing in the simulation holds it up. A real database may take a moment.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
        std::thread::yield_now();
    }
}
