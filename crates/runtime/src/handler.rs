//! What a step looks like to the worker.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::state::StepPolicy;
use crate::worker::Pulse;
use crate::{Event, Failure, Observer, OutputId, StepId, TaskKey};

/// What an attempt that did not fail came to.
#[derive(Debug)]
pub enum Produced<R> {
    /// Its rows, to be committed with the verdict.
    Rows(R),
    /// There turned out to be nothing to do.
    Nothing {
        /// Why.
        why: String,
    },
    /// It came too early, which is nobody's fault.
    TooEarly {
        /// When to look again.
        until: Timestamp,
        /// What was missing.
        why: String,
    },
}

/// What an attempt is told: its task, and the outputs of the steps it named as needs.
pub struct AttemptContext {
    /// The task.
    pub key: TaskKey,
    /// Current output of each needed step; a step that had nothing to do has none.
    pub inputs: BTreeMap<StepId, OutputId>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) observer: Arc<dyn Observer>,
}

impl AttemptContext {
    /// Tells whoever watches how far this attempt is: a beat that proves progress.
    pub fn beat(&self, stage: &str, done: u64, total: u64) {
        self.pulse.beat(stage, done, total);
        self.observer.on(&Event::Progress { key: &self.key, stage, done, total });
    }
}

/// A step: reads through its own ports, returns rows, never writes.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The rows it returns.
    type Rows: Send;

    /// When it is tried, ended and tried again.
    fn policy(&self) -> StepPolicy {
        StepPolicy::default()
    }

    /// Does the work of one attempt. It may block its thread: the worker runs it where blocking is allowed.
    ///
    /// # Errors
    /// A [`Failure`] whose category says who must act.
    async fn run(&self, context: &AttemptContext) -> Result<Produced<Self::Rows>, Failure>;
}

/// The steps by name.
pub type Registry<R> = BTreeMap<StepId, Arc<dyn Handler<Rows = R>>>;
