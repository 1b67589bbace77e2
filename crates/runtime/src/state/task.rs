//! Tasks of the planned grid, and the two pure decisions about them: planning again and settling.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Failure, FailureCategory, Fingerprint, OutputId};

/// Name of a step.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(Arc<str>);

/// Name of a part of the data that a step works on at a time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(Arc<str>);

macro_rules! text_name {
    ($name:ident) => {
        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_name!(StepId);
text_name!(Partition);

/// A step on one partition: the unit of work, unique in the ledger.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey {
    /// Which step.
    pub step: StepId,
    /// On which partition.
    pub partition: Partition,
}

impl TaskKey {
    /// `step` on `partition`.
    pub fn new(step: impl Into<StepId>, partition: impl Into<Partition>) -> Self {
        Self { step: step.into(), partition: partition.into() }
    }
}

impl fmt::Display for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.step, self.partition)
    }
}

impl fmt::Debug for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a task can run, decided before any work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Its inputs are there; `inputs` fingerprints those that are not the output of another task.
    Ready {
        /// Fingerprint of the outside inputs.
        inputs: Fingerprint,
    },
    /// Too early: a state, not a failure.
    NotYet {
        /// When it is worth looking again, if that is known.
        until: Option<Timestamp>,
        /// What is missing.
        why: String,
    },
    /// Nothing to do: a state, and not a success with no rows.
    Nothing {
        /// Why there is nothing to do.
        why: String,
    },
}

/// A task as the plan wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTask {
    /// Which task.
    pub key: TaskKey,
    /// Bumped when the step's code changes its result.
    pub step_version: u32,
    /// Steps of the same partition whose output it reads.
    pub needs: Vec<StepId>,
    /// Whether it can run.
    pub readiness: Readiness,
    /// Whether it may run beside its neighbours in the plan.
    pub order: Order,
}

/// Whether a task may run beside its neighbours in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It may, unless it needs one of them.
    Any,
    /// It must wait for all before it, and all after it for it: what it adds builds on what they added.
    AsPlanned,
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    /// Expected and not yet run.
    Planned,
    /// Too early.
    NotYet {
        /// When it is worth looking again, if that is known.
        until: Option<Timestamp>,
        /// What is missing.
        why: String,
    },
    /// Nothing to do.
    Nothing {
        /// Why there is nothing to do.
        why: String,
    },
    /// An attempt is open.
    Running,
    /// Its rows are there.
    Done,
    /// The last attempt failed.
    Failed {
        /// Who must act.
        category: FailureCategory,
        /// What happened.
        why: String,
    },
}

impl TaskState {
    /// Name in tables and output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::NotYet { .. } => "not_yet",
            Self::Nothing { .. } => "nothing",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed { .. } => "failed",
        }
    }

    /// Whether it asks for no more work: done, or nothing to do.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Done | Self::Nothing { .. })
    }

    /// The reason, where the state has one.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::NotYet { why, .. } | Self::Nothing { why } | Self::Failed { why, .. } => Some(why),
            Self::Planned | Self::Running | Self::Done => None,
        }
    }
}

/// A task as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Which task.
    pub key: TaskKey,
    /// Where it stands.
    pub state: TaskState,
    /// Fingerprint of the newest run that ended as done, or with nothing to do.
    pub fingerprint: Option<Fingerprint>,
    /// The current output. It stays when a later attempt fails: readers never see half a result.
    pub output: Option<OutputId>,
    /// When the state last changed.
    pub updated_at: Timestamp,
}

/// The state a planned task moves to before any work, or nothing when the ledger need not change.
///
/// Work that was done, or that came to nothing, stays so until a run replaces it; what planning alone decided does not.
/// A readiness reason that changed is recorded, so that the grid always tells the newest one.
pub fn replan(existing: Option<&Task>, readiness: &Readiness) -> Option<TaskState> {
    let wanted = match readiness {
        Readiness::NotYet { until, why } => TaskState::NotYet { until: *until, why: why.clone() },
        Readiness::Nothing { why } => TaskState::Nothing { why: why.clone() },
        Readiness::Ready { .. } => TaskState::Planned,
    };
    let Some(task) = existing else { return Some(wanted) };
    match &task.state {
        TaskState::Running | TaskState::Done => None,
        // What came of an attempt is news until the next: being ready again is no reason to forget it.
        TaskState::Failed { .. } if wanted == TaskState::Planned => None,
        TaskState::Nothing { .. } if wanted == TaskState::Planned && task.fingerprint.is_some() => None,
        state if *state == wanted => None,
        _ => Some(wanted),
    }
}

/// The verdict: the state a finished attempt leaves its task in. Total over what an attempt can return.
pub fn decide<R>(outcome: &Result<crate::Produced<R>, Failure>) -> TaskState {
    match outcome {
        Ok(crate::Produced::Rows(_)) => TaskState::Done,
        Ok(crate::Produced::Nothing { why }) => TaskState::Nothing { why: why.clone() },
        Err(Failure { category, message }) => TaskState::Failed { category: *category, why: message.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Readiness {
        Readiness::Ready { inputs: Fingerprint::of(["x"]) }
    }

    fn nothing(why: &str) -> Readiness {
        Readiness::Nothing { why: why.into() }
    }

    fn failed() -> TaskState {
        TaskState::Failed { category: FailureCategory::ProcessingError, why: "division by zero".into() }
    }

    /// A task in a state, which a run has left it in or not.
    fn task(state: TaskState, fingerprint: Option<Fingerprint>) -> Task {
        let key = TaskKey::new("roast", "monday");
        Task { key, state, fingerprint, output: None, updated_at: Timestamp::UNIX_EPOCH }
    }

    fn replanned(state: TaskState, readiness: &Readiness) -> Option<TaskState> {
        replan(Some(&task(state, None)), readiness)
    }

    #[test]
    fn a_new_task_enters_the_grid_with_its_readiness() {
        assert_eq!(replan(None, &ready()), Some(TaskState::Planned));
        assert_eq!(replan(None, &nothing("no games")), Some(TaskState::Nothing { why: "no games".into() }));
    }

    #[test]
    fn planning_again_never_undoes_work() {
        assert_eq!(replanned(TaskState::Done, &nothing("no games")), None);
        assert_eq!(replanned(TaskState::Running, &ready()), None);
        assert_eq!(replanned(failed(), &ready()), None);
        let too_few = || TaskState::Nothing { why: "too few rows".into() };
        assert_eq!(replan(Some(&task(too_few(), Some(Fingerprint::of(["x"])))), &ready()), None);
        assert_eq!(replanned(too_few(), &ready()), Some(TaskState::Planned), "no run has come to that");
    }

    #[test]
    fn a_reason_is_kept_up_to_date() {
        let early = TaskState::NotYet { until: None, why: "2 games open".into() };
        let now = Readiness::NotYet { until: None, why: "1 game open".into() };
        let updated = TaskState::NotYet { until: None, why: "1 game open".into() };
        assert_eq!(replanned(early.clone(), &now), Some(updated));
        assert_eq!(replanned(early, &ready()), Some(TaskState::Planned));
        assert_eq!(replanned(TaskState::Planned, &ready()), None);
    }

    #[test]
    fn the_verdict_covers_every_outcome() {
        use crate::Produced;
        assert_eq!(decide(&Ok(Produced::Rows(()))), TaskState::Done);
        let why = "no games".to_owned();
        assert_eq!(decide::<()>(&Ok(Produced::Nothing { why: why.clone() })), TaskState::Nothing { why });
        let failure = Failure::new(FailureCategory::ProcessingError, "division by zero");
        assert_eq!(decide::<()>(&Err(failure)), failed());
    }
}
