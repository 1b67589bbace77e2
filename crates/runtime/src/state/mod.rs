//! Pure decisions about tasks and schedules: no clock, no I/O, no async in this folder.

mod attempt;
mod due;
mod failure;
mod fingerprint;
mod leader;
mod schedule;
mod task;
mod zone;

pub use attempt::{Attempt, AttemptId, AttemptOutcome, Lease, OutputId};
pub use due::{Busy, COUNTED, MissedWhy, SkippedWhy, TickDecision, due};
pub use failure::{Failure, FailureCategory};
pub use fingerprint::Fingerprint;
pub use leader::{LeaderLease, lead};
pub use schedule::{CatchUp, Overlap, Schedule, ScheduleError, ScheduleId, TickPolicy};
pub use task::{Order, Partition, PlannedTask, Readiness, StepId, Task, TaskKey, TaskState, decide, replan};
