//! Pure decisions about tasks and schedules: no clock, no I/O, no async in this folder.

mod attempt;
mod breaker;
mod deadline;
mod due;
mod failure;
mod fingerprint;
mod leader;
mod retry;
mod schedule;
mod stand;
mod task;
mod verdict;
mod zone;

pub use attempt::{Attempt, AttemptId, AttemptOutcome, Lease, OutputId, Progress, Timing, WorkerId};
pub use breaker::{Breaker, BreakerPolicy, Passage};
pub use deadline::{Deadlines, Overrun};
pub use due::{Busy, COUNTED, MissedWhy, SkippedWhy, TickDecision, due};
pub use failure::{Failure, FailureCategory, Persistence, chain};
pub use fingerprint::Fingerprint;
pub use leader::{LeaderLease, lead};
pub use retry::{Backoff, RetryBudget, RetryLoad, RetryPolicy};
pub use schedule::{CatchUp, Overlap, Schedule, ScheduleError, ScheduleId, TickPolicy};
pub use stand::{Asked, Grid, advance, stand, wanted};
pub use task::{Lane, Partition, PlannedTask, Priority, Readiness, Recipe, StepId, Task, TaskKey, TaskState};
pub use verdict::{Ending, Seat, StepPolicy, Verdict, decide};
