//! The pipeline's steps as the runtime's handlers: names and errors translated, nothing decided.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use pipeline::ports::{StoreError, Upstream};
use pipeline::{Asks, Limits, Pipeline, Progress, Rows, Step, StepError, Work};
use runtime::state::{Backoff, Deadlines, RetryPolicy, Seat, StepPolicy, chain};
use runtime::{AttemptContext, Failure, FailureCategory, Handler, OutputId, Produced, Registry, StepId};
use store::Views;

/// Every step, by name.
pub(crate) fn registry(pipeline: &Arc<Pipeline>, views: &Arc<dyn Views>) -> Registry<Rows> {
    Step::all()
        .map(|step| {
            let handler = StepHandler { step, pipeline: pipeline.clone(), views: views.clone() };
            (StepId::from(step.name()), Arc::new(handler) as Arc<dyn Handler<Rows = Rows>>)
        })
        .collect()
}

/// When a step is tried, ended and tried again. What asks providers spreads its retries, so that those who failed together
/// do not come back together.
pub(crate) fn policy(step: Step) -> StepPolicy {
    let Limits { attempt, silence, asks } = step.spec().limits;
    let deadlines = Deadlines {
        attempt,
        silence,
        total: (attempt * 2).max(SignedDuration::from_secs(600)),
        ..Deadlines::default()
    };
    let (retry, seat) = match asks {
        Asks::Ourselves => (RetryPolicy::default(), Seat::Computing),
        Asks::Providers => {
            let (shortest, longest) = (SignedDuration::from_secs(10), SignedDuration::from_secs(300));
            let backoff = Backoff::Jitter { shortest, longest };
            (RetryPolicy { backoff, ..RetryPolicy::default() }, Seat::Waiting)
        }
    };
    StepPolicy { deadlines, retry, seat, ..StepPolicy::default() }
}

struct StepHandler {
    step: Step,
    pipeline: Arc<Pipeline>,
    views: Arc<dyn Views>,
}

#[async_trait]
impl Handler for StepHandler {
    type Rows = Rows;

    fn policy(&self) -> StepPolicy {
        policy(self.step)
    }

    async fn run(&self, context: &AttemptContext) -> Result<Produced<Rows>, Failure> {
        let partition =
            context.key.partition.as_str().parse().map_err(|error: domain::ParseError| {
                Failure::permanent(FailureCategory::ProcessingError, chain(&error))
            })?;
        let upstream = Inputs { outputs: &context.inputs, views: self.views.as_ref() };
        match self.pipeline.run(self.step, &partition, &upstream, &Beat(context)).await {
            Ok(Work::Rows(rows)) => Ok(Produced::Rows(rows)),
            Ok(Work::Nothing(why)) => Ok(Produced::Nothing { why }),
            Err(StepError::NotNow { until, why }) => Ok(Produced::TooEarly { until, why }),
            Err(error) => Err(failure(&error)),
        }
    }
}

/// Who must act, and whether the same inputs would fail again: the kind of error says both.
fn failure(error: &StepError) -> Failure {
    let message = chain(error);
    match error {
        StepError::Unreadable(_) | StepError::Refused(_) => {
            Failure::permanent(FailureCategory::UpstreamFailure, message)
        }
        StepError::Upstream(_) | StepError::NotNow { .. } => {
            Failure::transient(FailureCategory::UpstreamFailure, message)
        }
        StepError::Guard(_) => Failure::permanent(FailureCategory::BlockedByGuard, message),
        StepError::Broken(_) | StepError::Store(StoreError::Corrupt(_)) => {
            Failure::permanent(FailureCategory::ProcessingError, message)
        }
        StepError::Store(StoreError::Unavailable(_)) => Failure::transient(FailureCategory::UpstreamFailure, message),
    }
}

/// The outputs an attempt was told to read.
struct Inputs<'a> {
    outputs: &'a BTreeMap<StepId, OutputId>,
    views: &'a dyn Views,
}

#[async_trait]
impl Upstream for Inputs<'_> {
    async fn rows(&self, step: Step) -> Result<Option<Rows>, StoreError> {
        match self.outputs.get(&StepId::from(step.name())) {
            Some(output) => self.views.rows(step, *output).await.map(Some),
            None => Ok(None),
        }
    }
}

struct Beat<'a>(&'a AttemptContext);

impl Progress for Beat<'_> {
    fn beat(&self, stage: &str, done: u64, total: u64) {
        self.0.beat(stage, done, total);
    }
}
