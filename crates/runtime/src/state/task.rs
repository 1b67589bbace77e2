//! Tasks of the planned grid: what is expected, and where it stands.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::{FailureCategory, Fingerprint, OutputId};

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
    /// Tasks of one lane run one at a time, in the order they were planned in.
    pub lane: Option<Lane>,
    /// Which goes first where several could.
    pub priority: Priority,
}

/// What is written by one attempt at a time, or is too large to be made twice at a time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(Arc<str>);

text_name!(Lane);

/// Which task goes first where several could; the lower number does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Priority(pub u8);

/// What a task is made from, as the newest plan has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipe {
    /// The step's version.
    pub step_version: u32,
    /// Steps of the same partition whose output it reads.
    pub needs: Vec<StepId>,
    /// Fingerprint of what no task's output covers; nothing while the plan does not let it run.
    pub outside: Option<Fingerprint>,
    /// Its lane.
    pub lane: Option<Lane>,
    /// Its priority.
    pub priority: Priority,
}

impl Recipe {
    /// The fingerprint of the step when it reads these outputs.
    pub fn fingerprint(&self, step: &StepId, inputs: &BTreeMap<StepId, OutputId>) -> Fingerprint {
        let outside = self.outside.map(|outside| outside.bytes().to_vec()).unwrap_or_default();
        let mut parts: Vec<Vec<u8>> = vec![step.as_str().into(), self.step_version.to_le_bytes().into(), outside];
        for (step, output) in inputs {
            parts.push(step.as_str().into());
            parts.push(output.0.to_le_bytes().into());
        }
        Fingerprint::of(parts)
    }
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    /// Expected; nobody has looked yet whether it can run.
    Planned,
    /// Too early.
    NotYet {
        /// When it is worth looking again, if that is known.
        until: Option<Timestamp>,
        /// What is missing.
        why: String,
    },
    /// Nothing to do, decided before any work.
    Nothing {
        /// Why there is nothing to do.
        why: String,
    },
    /// It can be claimed.
    Ready {
        /// Since when.
        since: Timestamp,
    },
    /// An attempt is open.
    Running,
    /// Its rows are there.
    Done,
    /// An attempt found nothing to do, and that is a result.
    EmptyOk {
        /// Why there was nothing to do.
        why: String,
    },
    /// An attempt failed; another will be made.
    RetryAt {
        /// When.
        at: Timestamp,
        /// Who must act if it goes on.
        category: FailureCategory,
        /// What happened.
        why: String,
    },
    /// Put off, which is nobody's fault and costs no retry.
    Snoozed {
        /// Until when.
        until: Timestamp,
        /// What for.
        why: String,
    },
    /// A dead letter: no further attempt at these inputs is made unless somebody replays it.
    Dead {
        /// Who must act.
        category: FailureCategory,
        /// What happened.
        why: String,
    },
    /// Somebody decided that it shall not be done.
    Cancelled {
        /// Why.
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
            Self::Ready { .. } => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::EmptyOk { .. } => "empty_ok",
            Self::RetryAt { .. } => "retry_at",
            Self::Snoozed { .. } => "snoozed",
            Self::Dead { .. } => "dead",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether it asks for no more work: done, or nothing to do.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Done | Self::EmptyOk { .. } | Self::Nothing { .. })
    }

    /// The reason, where the state has one.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::NotYet { why, .. }
            | Self::Nothing { why }
            | Self::EmptyOk { why }
            | Self::RetryAt { why, .. }
            | Self::Snoozed { why, .. }
            | Self::Dead { why, .. }
            | Self::Cancelled { why } => Some(why),
            Self::Planned | Self::Ready { .. } | Self::Running | Self::Done => None,
        }
    }

    /// The category of the last attempt's failure, where that is what the state tells.
    pub fn failure(&self) -> Option<FailureCategory> {
        match self {
            Self::RetryAt { category, .. } | Self::Dead { category, .. } => Some(*category),
            _ => None,
        }
    }

    /// The instant of the state: since when it is ready, or until when it waits.
    pub fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::NotYet { until, .. } => *until,
            Self::Ready { since } => Some(*since),
            Self::RetryAt { at, .. } => Some(*at),
            Self::Snoozed { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// From when on it can be claimed.
    pub fn claimable_from(&self) -> Option<Timestamp> {
        match self {
            Self::Ready { .. } | Self::RetryAt { .. } | Self::Snoozed { .. } => self.instant(),
            _ => None,
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
    /// What it is made from.
    pub recipe: Recipe,
    /// Fingerprint of the newest run that ended as done, or with nothing to do.
    pub fingerprint: Option<Fingerprint>,
    /// Fingerprint of what it is ready for, runs on, or failed with.
    pub wanted: Option<Fingerprint>,
    /// The current output. It stays when a later attempt fails: readers never see half a result.
    pub output: Option<OutputId>,
    /// Failed attempts at what is wanted.
    pub failures: u32,
    /// Since when that is wanted; the total deadline counts from here.
    pub wanted_since: Option<Timestamp>,
    /// When the state last changed.
    pub updated_at: Timestamp,
    /// How often the ledger has written it; 0 before the first time. Who writes names the revision it read, and
    /// nothing is written over news.
    pub revision: u64,
}

impl Task {
    /// A task that no plan has entered yet.
    pub fn unplanned(key: TaskKey, now: Timestamp) -> Self {
        Self {
            key,
            state: TaskState::Planned,
            recipe: Recipe::default(),
            fingerprint: None,
            wanted: None,
            output: None,
            failures: 0,
            wanted_since: None,
            updated_at: now,
            revision: 0,
        }
    }
}
