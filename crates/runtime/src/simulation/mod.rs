//! The production loops under simulated time: many processes over one ledger, with faults, and what must hold all the same.
//!
//! Nothing here is a copy of what is simulated: workers, reapers, schedulers, verdicts and breakers are those that run in
//! production. Their ledger is reached through a gate (`gate.rs`) that decides when each call arrives, and whether its answer
//! does; between any two calls of one process those of all others may come. An audit (`audit/`) behind the gate keeps an
//! account of its own and checks every write. Time jumps from event to event, and one seed decides everything.

mod audit;
mod chance;
mod desk;
mod engine;
mod faults;
pub(crate) mod gate;
mod process;
mod report;
mod scene;
mod step;
#[cfg(test)]
mod tests;
mod trace;
mod trade;

use std::sync::Arc;

pub use chance::Chance;
pub use faults::{FaultKind, Faults, NoSuchFault};
pub use report::{Noticed, Report, Violation};
pub use scene::Scene;

use crate::{Ledger, MemoryLedger, OutputId, ScheduleStore, SchedulesInMemory, TaskKey};

/// What to simulate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulation {
    /// What is played.
    pub scene: Scene,
    /// Decides everything.
    pub seed: u64,
    /// How many hours of work and faults.
    pub hours: i64,
    /// Which faults strike.
    pub faults: Faults,
    /// Processes that work.
    pub workers: usize,
    /// How many of them look at the schedules too.
    pub schedulers: usize,
}

/// What a simulation plays on. Its rows hold a number each.
pub struct Stage<R> {
    /// An empty ledger.
    pub ledger: Arc<dyn Ledger<Rows = R>>,
    /// An empty store of schedules.
    pub schedules: Arc<dyn ScheduleStore>,
    /// Rows of a task that hold a number.
    pub pack: fn(&TaskKey, u64) -> R,
    /// The number an output holds.
    pub unpack: Arc<dyn Fn(OutputId) -> Option<u64> + Send + Sync>,
}

impl Stage<u64> {
    /// A stage that forgets.
    pub fn in_memory() -> Self {
        let ledger = Arc::new(MemoryLedger::default());
        let outputs = ledger.clone();
        Self {
            ledger,
            schedules: Arc::<SchedulesInMemory>::default(),
            pack: |_, number| number,
            unpack: Arc::new(move |output| outputs.output(output).map(|number| *number)),
        }
    }
}

/// Everything begins anew after so many hours, under the next seed: what was found then shows again in no longer a time.
const WEEK: i64 = 7 * 24;

impl Simulation {
    /// Simulates on one stage a week, each of which must be empty. `passed` hears how many hours are over.
    pub fn run<R: Send + Sync + 'static>(&self, stage: impl Fn() -> Stage<R>, mut passed: impl FnMut(i64)) -> Report {
        let mut report = Report::default();
        for week in 0.. {
            let hours = WEEK.min(self.hours - report.hours);
            if hours <= 0 || report.violation.is_some() {
                break;
            }
            let seed = self.seed.wrapping_add(week);
            report.add(engine::Engine::new(self, seed, hours, stage()).run());
            passed(report.hours);
        }
        report
    }
}
