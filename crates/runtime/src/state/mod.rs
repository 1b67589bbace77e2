//! Pure decisions about tasks: no clock, no I/O, no async in this folder.

mod attempt;
mod breaker;
mod deadline;
mod failure;
mod fingerprint;
mod retry;
mod stand;
mod task;
mod verdict;

pub use attempt::{Attempt, AttemptId, AttemptOutcome, Lease, OutputId, Progress, Timing, WorkerId};
pub use breaker::{Breaker, BreakerPolicy, Passage};
pub use deadline::{Deadlines, Overrun};
pub use failure::{Failure, FailureCategory, Persistence, chain};
pub use fingerprint::Fingerprint;
pub use retry::{Backoff, RetryBudget, RetryLoad, RetryPolicy};
pub use stand::{Asked, Grid, advance, stand, wanted};
pub use task::{
    Lane, Partition, PlannedTask, Priority, Readiness, Recipe, StepId, Task, TaskKey, TaskState,
};
pub use verdict::{Ending, StepPolicy, Verdict, decide};
