//! Every step, as the code has it.

use pipeline::Step;
use serde::Serialize;
use utoipa::ToSchema;

use crate::handlers::policy;

/// A step: phase, what one task of it is about, what it reads and writes, and its limits.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepReport {
    pub(crate) phase: &'static str,
    pub(crate) step: &'static str,
    pub(crate) partition: &'static str,
    pub(crate) version: u32,
    pub(crate) needs: Vec<&'static str>,
    pub(crate) attempt_deadline_seconds: i64,
    pub(crate) silence_deadline_seconds: i64,
    pub(crate) retries: u32,
    pub(crate) reads: &'static [&'static str],
    pub(crate) writes: &'static [&'static str],
    pub(crate) summary: &'static str,
}

impl StepReport {
    /// Every step, in the order of the flow.
    pub(crate) fn all() -> Vec<Self> {
        let report = |step: Step| {
            let (spec, policy) = (step.spec(), policy(step));
            Self {
                phase: spec.phase.number(),
                step: spec.name,
                partition: spec.partition.name(),
                version: spec.version,
                needs: spec.needs.iter().map(|need| need.name()).collect(),
                attempt_deadline_seconds: policy.deadlines.attempt.as_secs(),
                silence_deadline_seconds: policy.deadlines.silence.as_secs(),
                retries: policy.retry.retries,
                reads: spec.reads,
                writes: spec.writes,
                summary: spec.summary,
            }
        };
        Step::all().map(report).collect()
    }
}
