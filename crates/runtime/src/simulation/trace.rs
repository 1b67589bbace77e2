//! The trace: what happened in a simulation, as a number that tells two runs apart and as the newest lines to read.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::faults::FaultKind;
use crate::{AttemptId, ScheduleId, TaskKey};

/// So many lines are kept to be read.
const TAIL: usize = 60;

/// What happened.
#[derive(Debug, Clone, Hash)]
pub(super) enum Note {
    Claimed { attempt: AttemptId, key: TaskKey, by: String },
    Settled { attempt: AttemptId, key: TaskKey, outcome: &'static str, state: &'static str },
    Fenced { attempt: AttemptId, key: TaskKey },
    Stands { key: TaskKey, state: &'static str, revision: u64 },
    Decided { schedule: ScheduleId, due: Timestamp, what: &'static str },
    Corrected { key: TaskKey, version: u32 },
    Asked { tasks: usize },
    Starts { process: String },
    Ends { process: String, why: &'static str },
    Strikes { fault: FaultKind, process: usize },
    Passes { fault: FaultKind },
}

/// What happened so far.
#[derive(Default)]
pub(super) struct Trace {
    hash: DefaultHasher,
    tail: VecDeque<(Timestamp, Note)>,
}

impl Trace {
    pub(super) fn note(&mut self, at: Timestamp, note: Note) {
        (at, &note).hash(&mut self.hash);
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back((at, note));
    }

    /// Stands for everything that happened.
    pub(super) fn hash(&self) -> u64 {
        self.hash.finish()
    }

    /// The newest lines, oldest first.
    pub(super) fn tail(&self) -> Vec<String> {
        self.tail.iter().map(|(at, note)| format!("{at:.3}  {note}")).collect()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claimed { attempt, key, by } => write!(f, "{by} claims {key}: attempt {attempt}"),
            Self::Settled { attempt, key, outcome, state } => {
                write!(f, "attempt {attempt} of {key}: {outcome}, {state}")
            }
            Self::Fenced { attempt, key } => write!(f, "attempt {attempt} of {key} is fenced"),
            Self::Stands { key, state, revision } => write!(f, "{key} is {state} (revision {revision})"),
            Self::Decided { schedule, due, what } => write!(f, "{schedule} of {due}: {what}"),
            Self::Corrected { key, version } => write!(f, "what {key} reads is corrected: version {version}"),
            Self::Asked { tasks } => write!(f, "a person asks again for {tasks} dead letters"),
            Self::Starts { process } => write!(f, "{process} starts"),
            Self::Ends { process, why } => write!(f, "{process} ends: {why}"),
            Self::Strikes { fault, process } => write!(f, "{fault} strikes (process {process})"),
            Self::Passes { fault } => write!(f, "{fault} is over"),
        }
    }
}
