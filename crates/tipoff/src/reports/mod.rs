//! Reports: what is shown, in the shapes that programs read. The command line prints them with `--json`, the API answers
//! with them, and the pages are drawn from them, so that all say the same.

mod actions;
mod alerts;
mod attempts;
mod batches;
mod calibration;
mod dead_letters;
mod doctor;
mod features;
mod figures;
mod grades;
mod grounds;
mod identity;
mod keys;
mod latency;
mod models;
mod picks;
mod providers;
mod readings;
mod registry;
mod schedules;
mod sla;
mod slowdown;
mod sources;
mod span;
mod status;
mod why;

use domain::Market;
use pipeline::MARKET;
use predict::SystemId;
use runtime::TaskState;

pub(crate) use actions::{AuditReport, EffectReport, Mode};
pub(crate) use alerts::{AlertsReport, DeliveryReport};
pub(crate) use attempts::{AttemptsReport, progress};
pub(crate) use batches::{Batch, BatchId, BatchProgress, BatchSummary};
pub(crate) use calibration::CalibrationReport;
pub(crate) use dead_letters::{DeadLetterReport, DeadLettersReport};
pub(crate) use doctor::{DoctorReport, worst};
pub(crate) use features::{FeatureHealthReport, FeaturesReport};
pub(crate) use figures::{duration, milliseconds};
pub(crate) use grades::{GradesReport, SystemRecordReport};
pub(crate) use grounds::{GroundsReport, MeanReport, ReasonsReport, ShrinkReport};
pub(crate) use identity::UnresolvedReport;
pub(crate) use keys::{KeysReport, NewKeyReport};
pub(crate) use latency::{LatencyReport, teams};
pub(crate) use models::{ModelReport, ModelsReport};
pub(crate) use picks::{PickReport, PicksReport, Scope};
pub(crate) use providers::{ProviderReport, QuotaReport};
pub(crate) use readings::ReadingReport;
pub(crate) use registry::StepReport;
pub(crate) use schedules::{ScheduleReport, SchedulesReport};
pub(crate) use sla::{PromiseReport, SlaAnswer};
pub(crate) use slowdown::{RegressionsReport, SlowdownReport, finding_words, verdict_code};
pub(crate) use sources::{FindingReport, SourceReport, SourcesReport};
pub(crate) use span::{SlateReport, SpanReport};
pub(crate) use status::{StatusReport, TasksReport, elapsed};
pub(crate) use why::{QuoteReport, WhyReport};

/// A system in a market, in words: of points without saying so.
pub(crate) fn named(system: SystemId, market: Market) -> String {
    if market == MARKET { system.code().to_owned() } else { format!("{system} ({market})") }
}

/// A task's state in words.
pub(crate) fn state_in_words(state: &TaskState) -> String {
    match state {
        TaskState::Dead { category, .. } => format!("dead ({category})"),
        TaskState::RetryAt { category, .. } => format!("retry at ({category})"),
        other => other.code().replace('_', " "),
    }
}
