//! Starting: the week laid out before it begins, and processes as they start.

use std::collections::{BTreeMap, BinaryHeap};
use std::sync::{Arc, Mutex};

use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Engine, Event, HOUR, Slot};
use crate::simulation::audit::{Audit, Audited, AuditedSchedules, look};
use crate::simulation::chance::Chance;
use crate::simulation::desk::{Desk, Door, Machine, ProcessClock};
use crate::simulation::faults::{FaultKind, Faults};
use crate::simulation::gate::{Gate, Gatekeeper};
use crate::simulation::process::{Due, Planner, Process};
use crate::simulation::report::Chapter;
use crate::simulation::scene::{DELIVERED_AFTER, FILES, Scene};
use crate::simulation::step::{Rows, ToyStep, Yard};
use crate::simulation::trace::Note;
use crate::simulation::trade::{Trade, policy};
use crate::simulation::{Simulation, Stage};
use crate::state::{CatchUp, Overlap, Schedule, TickPolicy};
use crate::{
    Clock, HEARTBEAT, Handler, Ledger, Life, Liveness, Reaper, Registry, ScheduleStore, Scheduler, SettableClock,
    Silent, StepId, Worker, WorkerId,
};

/// Nobody knows of a process but by its lease.
struct Unknowing;

impl Liveness for Unknowing {
    fn of(&self, _: &WorkerId) -> Life {
        Life::Unknown
    }
}

/// The engine of a week, with everything that will happen to it.
pub(super) fn engine<R: Send + Sync + 'static>(
    simulation: &Simulation,
    seed: u64,
    hours: i64,
    stage: Stage<R>,
) -> Engine<R> {
    let mut chance = Chance::new(seed);
    let lasts = SignedDuration::from_hours(hours);
    let (begins, nights) = beginning(&simulation.faults, lasts, &mut chance);
    let dial = Arc::new(SettableClock::new(begins));
    let audit = Arc::new(Mutex::new(Audit::new(begins)));
    let ledger: Arc<dyn Ledger<Rows = R>> = Arc::new(Audited { ledger: stage.ledger, audit: audit.clone() });
    let schedule_store = Arc::new(AuditedSchedules { store: stage.schedules, audit: audit.clone() });
    let slot = |_| Slot {
        machine: Arc::new(Machine::new(dial.clone())),
        life: 0,
        process: None,
        paused_until: None,
        deaf_until: begins,
        doubled_until: begins,
        doom: None,
        stall: None,
        look_at: None,
    };
    let mut engine = Engine {
        trade: Arc::new(Trade::new(simulation.scene, seed, begins, hours)),
        rows: Arc::new(Rows { pack: stage.pack, unpack: stage.unpack }),
        operator: operator(ledger.clone(), dial.clone()),
        ledger,
        schedule_store,
        schedules: schedules(),
        schedulers: simulation.schedulers,
        slots: (0..simulation.workers).map(slot).collect(),
        dial,
        now: begins,
        begins,
        ends: begins + lasts,
        audit,
        heap: BinaryHeap::new(),
        posted: 0,
        faults: simulation.faults.over(lasts, &mut chance),
        troubles: BTreeMap::new(),
        next_tick: Some(begins),
        chapter: Chapter::new(seed, hours),
        chance,
    };
    if nights > 0 {
        engine.chapter.struck.insert(FaultKind::Dst, nights);
    }
    engine.lay_out(simulation.scene);
    engine
}

/// When it begins; and how many nights the clocks change while it lasts, if that is asked for.
fn beginning(faults: &Faults, lasts: SignedDuration, chance: &mut Chance) -> (Timestamp, u64) {
    let year = 2020 + chance.below(20) as i16;
    let midnight = |day: Date| {
        let midnight = day.to_zoned(TimeZone::UTC).expect("a day has a beginning");
        midnight.timestamp()
    };
    if !faults.has(FaultKind::Dst) {
        // No clock changes in January, however long the week.
        return (midnight(date(year, 1, 5)), 0);
    }
    let (month, nth) = chance.one(&[(3, 2), (11, 1)]);
    let sunday = date(year, month, 1).nth_weekday_of_month(nth, Weekday::Sunday).expect("months have Sundays");
    // At 06:00 or 07:00 UTC; a short simulation begins right before.
    let before = lasts.min(SignedDuration::from_hours(96)) / 2;
    (midnight(sunday) + SignedDuration::from_hours(7) - before, 1)
}

/// When work is planned. One falls into the hour that is missing or double when the clocks change.
fn schedules() -> Vec<Schedule> {
    let grace = SignedDuration::from_mins(1);
    let every = CatchUp::Every { within: HOUR * 6, most: 5 };
    let parse = |name: &str, pattern, catch_up| {
        let policy = TickPolicy { grace, catch_up, overlap: Overlap::Allow };
        Schedule::parse(name, pattern, "America/New_York", policy).expect("the schedules make sense")
    };
    vec![
        parse("hour", "0 * * * *", CatchUp::Newest { within: HOUR }),
        parse("night", "30 2 * * *", every),
        parse("reconcile", "30 * * * *", CatchUp::Skip),
    ]
}

/// Somebody who asks again for dead letters.
fn operator<R: Send + Sync + 'static>(ledger: Arc<dyn Ledger<Rows = R>>, clock: Arc<dyn Clock>) -> Worker<R> {
    let id = WorkerId::new("operator");
    Worker::new(id, ledger, Registry::new(), clock, Arc::new(Silent), Arc::<Yard>::default())
}

impl<R: Send + Sync + 'static> Engine<R> {
    fn lay_out(&mut self, scene: Scene) {
        let begins = self.begins;
        for process in 0..self.slots.len() {
            let starts = begins + self.chance.seconds(0, 5);
            self.post(starts, Event::Start { process });
        }
        for fault in 0..self.faults.len() {
            self.post(begins + self.faults[fault].at, Event::Strike { fault });
        }
        self.post(begins + HOUR, Event::Hour { hour: 1 });
        match scene {
            Scene::Weeks => self.lay_out_weeks(),
            Scene::Calm | Scene::Storm => {
                let apart = match scene {
                    Scene::Storm => SignedDuration::from_millis(300),
                    Scene::Weeks | Scene::Calm => SignedDuration::ZERO,
                };
                for file in 0..FILES {
                    self.post(begins + DELIVERED_AFTER + apart * file as i32, Event::Deliver);
                }
            }
        }
    }

    /// New versions are installed, and what was wrong is corrected.
    fn lay_out_weeks(&mut self) {
        for process in 0..self.slots.len() {
            let mut leaves = self.begins;
            loop {
                leaves += self.chance.seconds(6 * 3600, 36 * 3600);
                if leaves >= self.ends {
                    break;
                }
                self.post(leaves, Event::Leave { process });
            }
        }
        let first = self.begins + self.chance.seconds(600, 6 * 3600);
        if first < self.ends {
            self.post(first, Event::Correct);
        }
    }

    /// A process starts on a machine, under a name no other ever bore.
    pub(super) fn start(&mut self, process: usize) {
        let slot = &self.slots[process];
        let (machine, desk, yard) = (slot.machine.clone(), Arc::<Desk>::default(), Arc::<Yard>::default());
        let id = WorkerId::new(format!("worker {process}.{}", slot.life));
        let clock: Arc<dyn Clock> = Arc::new(ProcessClock { machine: machine.clone(), desk: desk.clone() });
        let keeper: Arc<dyn Gatekeeper> = Arc::new(Door(desk.clone()));
        let ledger: Arc<dyn Ledger<Rows = R>> = Arc::new(Gate { store: self.ledger.clone(), keeper: keeper.clone() });
        let store: Arc<dyn ScheduleStore> = Arc::new(Gate { store: self.schedule_store.clone(), keeper });
        let scheduler = (process < self.schedulers).then(|| {
            let scheduler = Scheduler::new(store, self.schedules.clone(), id.as_str(), HEARTBEAT);
            Arc::new(scheduler.expect("the schedules have names of their own"))
        });
        let registry = self.registry(&clock);
        let worker = Worker::new(id.clone(), ledger.clone(), registry, clock.clone(), Arc::new(Silent), yard.clone());
        let policy = Arc::new(|_: &StepId| policy());
        let reaper = Reaper { ledger, clock: clock.clone(), liveness: Arc::new(Unknowing), policy };
        look(&self.audit).note(Note::Starts { process: id.to_string() });
        let mut due = Due::new(self.now);
        due.plan_at = Some(self.now);
        due.wake(self.now);
        self.slots[process].process = Some(Process {
            id,
            desk,
            machine,
            worker: Arc::new(worker),
            reaper: Arc::new(reaper),
            scheduler,
            planner: Arc::new(Planner::new(self.trade.clone())),
            yard,
            clock,
            jobs: BTreeMap::new(),
            due,
            asked_to_stop_at: None,
        });
        self.look_after(process);
    }

    fn registry(&self, clock: &Arc<dyn Clock>) -> Registry<R> {
        let step = ToyStep { trade: self.trade.clone(), rows: self.rows.clone(), clock: clock.clone() };
        let step: Arc<dyn Handler<Rows = R>> = Arc::new(step);
        Scene::steps().map(|name| (StepId::from(name), step.clone())).collect()
    }
}
