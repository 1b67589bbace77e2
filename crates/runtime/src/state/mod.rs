//! Pure decisions about tasks: no clock, no I/O, no async in this folder.

mod attempt;
mod failure;
mod fingerprint;
mod task;

pub use attempt::{Attempt, AttemptId, AttemptOutcome, Lease, OutputId};
pub use failure::{Failure, FailureCategory};
pub use fingerprint::Fingerprint;
pub use task::{Order, Partition, PlannedTask, Readiness, StepId, Task, TaskKey, TaskState, decide, replan};
