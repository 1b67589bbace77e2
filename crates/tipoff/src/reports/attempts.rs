//! What was attempted, what came of it, and where the time went.

use runtime::judge::Parts;
use runtime::{Attempt, FailureCategory, Progress};
use serde::Serialize;
use utoipa::ToSchema;

use super::figures::PartsReport;
use crate::clock_words::moment;

/// Attempts, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptsReport {
    pub(crate) schema_version: u32,
    pub(crate) attempts: Vec<AttemptReport>,
}

/// An attempt, what came of it, and how long its parts took.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptReport {
    pub(crate) attempt: i64,
    pub(crate) step: String,
    pub(crate) partition: String,
    pub(crate) number: u32,
    pub(crate) worker: String,
    pub(crate) ready_at: String,
    pub(crate) started_at: String,
    pub(crate) ended_at: Option<String>,
    pub(crate) outcome: &'static str,
    pub(crate) category: Option<&'static str>,
    pub(crate) message: Option<String>,
    pub(crate) progress: Option<String>,
    pub(crate) rows_written: u64,
    pub(crate) ms: PartsReport,
}

impl AttemptReport {
    pub(crate) fn of(attempt: &Attempt) -> Self {
        Self {
            attempt: attempt.id.0,
            step: attempt.key.step.to_string(),
            partition: attempt.key.partition.to_string(),
            number: attempt.number,
            worker: attempt.worker.to_string(),
            ready_at: moment(attempt.ready_at),
            started_at: moment(attempt.started_at),
            ended_at: attempt.ended_at.map(moment),
            outcome: attempt.outcome.code(),
            category: attempt.outcome.category().map(FailureCategory::code),
            message: attempt.message.clone(),
            progress: attempt.progress.as_ref().map(progress),
            rows_written: attempt.rows_written,
            ms: Parts::from(attempt).into(),
        }
    }
}

pub(crate) fn progress(progress: &Progress) -> String {
    format!("{} {}/{}", progress.stage, progress.done, progress.total)
}

impl AttemptsReport {
    /// These attempts.
    pub(crate) fn of(attempts: &[Attempt]) -> Self {
        Self { schema_version: 1, attempts: attempts.iter().map(AttemptReport::of).collect() }
    }
}
