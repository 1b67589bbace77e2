//! What happens, told to whoever watches: a progress bar, a log, a test.

use jiff::Timestamp;

use crate::{AttemptOutcome, Lease, TaskKey, TaskReport, Timing};

/// Something that happened while a plan was executed.
#[derive(Debug)]
pub enum Event<'a> {
    /// A plan is about to be executed.
    Planned {
        /// Tasks that are ready and not done yet; those whose inputs have changed come on top.
        ready: usize,
    },
    /// An attempt started.
    Started {
        /// Of this task.
        key: &'a TaskKey,
    },
    /// An attempt tells how far it is.
    Progress {
        /// Which task.
        key: &'a TaskKey,
        /// What it is busy with.
        stage: &'a str,
        /// Units done.
        done: u64,
        /// Units in all.
        total: u64,
    },
    /// An attempt ended.
    Settled {
        /// What came of it.
        report: &'a TaskReport,
        /// The attempt.
        ended: &'a Ended<'a>,
    },
}

/// An attempt that ended.
#[derive(Debug)]
pub struct Ended<'a> {
    /// What was claimed, and when.
    pub lease: &'a Lease,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// Reason or error chain, for people.
    pub message: Option<&'a str>,
    /// Where the time went.
    pub timing: Timing,
    /// Rows added.
    pub rows_written: u64,
    /// When it was settled.
    pub at: Timestamp,
}

/// Watches events. It must not block for long: work waits for it.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn on(&self, event: &Event<'_>);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn on(&self, _: &Event<'_>) {}
}
