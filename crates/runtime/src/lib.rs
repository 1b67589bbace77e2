//! Durable orchestration: what should be done, what was attempted, and what came of it.
//!
//! The crate knows no word of the trade it serves and no SQL. A *step* does one kind of work on a *partition*
//! of the data; a *task* is a step on one partition; an *attempt* is one execution of a task. A step never
//! writes: it returns its rows, and the [`Ledger`] commits rows, verdict and history in one transaction.
//!
//! ```text
//!   planner (pure)            executor                         ledger (store)
//!   world ─► PlannedTask ─►  replan ─► claim ─► run ─► decide ─► settle: rows + verdict, fenced
//! ```
//! The `state` folder decides and is pure; `executor` does and is thin.

pub mod alerts;
mod clock;
mod executor;
mod handler;
mod ledger;
mod observer;
pub mod state;

pub use clock::{Clock, FixedClock, SystemClock};
pub use executor::{Disposition, Executor, RunReport, TaskReport, would_run};
pub use handler::{AttemptContext, Handler, Produced, Registry};
pub use ledger::{Ledger, LedgerError, Settled, Settlement};
pub use observer::{Event, Observer, Silent};
pub use state::{
    Attempt, AttemptId, AttemptOutcome, Failure, FailureCategory, Fingerprint, Lease, Order, OutputId, Partition,
    PlannedTask, Readiness, StepId, Task, TaskKey, TaskState,
};
