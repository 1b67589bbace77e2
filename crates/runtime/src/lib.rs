//! Durable orchestration: what should be done, what was attempted, and what came of it.
//!
//! The crate knows no word of the trade it serves and no SQL. A *step* does one kind of work on a *partition*
//! of the data; a *task* is a step on one partition; an *attempt* is one execution of a task. A step never
//! writes: it returns its rows, and the [`Ledger`] commits rows, verdict and history in one transaction.
//!
//! ```text
//!   planner (pure)            worker                           ledger (store)
//!   world ─► PlannedTask ─►  stand ─► claim ─► run ─► decide ─► settle: rows + verdict, fenced
//!                                       ▲ keep: beats, deadlines      ▲ reaper: lost leases
//! ```
//! The `state` folder decides and is pure; `worker` and `reaper` do, one tick at a time.

pub mod alerts;
mod clock;
mod handler;
mod history;
pub mod judge;
mod ledger;
mod memory;
mod observer;
mod oversight;
mod reaper;
mod schedules;
pub mod simulation;
pub mod state;
mod worker;

pub use clock::{Clock, FixedClock, RehearsalClock, SettableClock, SystemClock};
pub use handler::{AttemptContext, Handler, Produced, Registry};
pub use history::{AttemptFilter, BrokenRule, History, Which};
pub use ledger::{Beat, Claim, Ledger, LedgerError, Moved, OpenAttempt, Settled, Settlement, Work};
pub use memory::MemoryLedger;
pub use observer::{Ended, Event, Observer, Silent};
pub use oversight::{ApiKey, AuditEntry, AuditOutcome, Oversight, OversightError, Role};
pub use reaper::{Life, Liveness, Reaper};
pub use schedules::{Firing, ScheduleStore, ScheduleStoreError, Scheduler, SchedulesInMemory, TickRecord};
pub use state::{
    Asked, Attempt, AttemptId, AttemptOutcome, Breaker, Failure, FailureCategory, Fingerprint, Lane, Lease, OutputId,
    Partition, PlannedTask, Priority, Progress, Readiness, Recipe, RetryLoad, StepId, Task, TaskKey, TaskState, Timing,
    WorkerId,
};
pub use state::{
    Busy, CatchUp, LeaderLease, MissedWhy, Overlap, Schedule, ScheduleError, ScheduleId, SkippedWhy, TickDecision,
    TickPolicy,
};
pub use worker::{
    Disposition, Finish, HEARTBEAT, Launcher, RunReport, SIDE_BY_SIDE, TaskReport, Threads, Tick, Worker,
};
