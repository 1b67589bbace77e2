//! Which steps have become slow, and where their time goes.

use pipeline::Step;
use runtime::judge::{Durations, Finding, Regression, RegressionVerdict, Severity};
use serde::Serialize;
use utoipa::ToSchema;

use super::figures::{PartsReport, duration, hundredths};
use super::milliseconds;
use crate::app::{NewestRun, Regressions};
use crate::clock_words::moment;

/// Each step's newest run, held against the week before it and its limit.
#[derive(Serialize, ToSchema)]
pub(crate) struct SlowdownReport {
    pub(crate) schema_version: u32,
    pub(crate) severity: &'static str,
    pub(crate) steps: Vec<StepSpeedReport>,
}

/// A step's newest run.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepSpeedReport {
    pub(crate) step: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) ended_at: String,
    pub(crate) ms: PartsReport,
    pub(crate) limit_ms: f64,
    pub(crate) baseline: Option<BaselineReport>,
    pub(crate) ratio: Option<f64>,
    pub(crate) z: Option<f64>,
    pub(crate) share_of_limit: Option<f64>,
    pub(crate) trend: Option<f64>,
    pub(crate) findings: Vec<String>,
}

/// What the step used to take.
#[derive(Serialize, ToSchema)]
pub(crate) struct BaselineReport {
    pub(crate) runs: u64,
    pub(crate) mean_ms: PartsReport,
    pub(crate) deviation_ms: Option<f64>,
    pub(crate) longest_ms: f64,
}

/// The newest whole week or month of every step beside the one before.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegressionsReport {
    pub(crate) schema_version: u32,
    pub(crate) before: [String; 2],
    pub(crate) newest: [String; 2],
    pub(crate) steps: Vec<RegressionReport>,
}

/// A step in both.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegressionReport {
    pub(crate) step: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) before: Option<BaselineReport>,
    pub(crate) newest: Option<BaselineReport>,
    pub(crate) ratio: Option<f64>,
}

impl StepSpeedReport {
    pub(crate) fn of(newest: &NewestRun) -> Self {
        let NewestRun { step, run, slowdown } = newest;
        Self {
            step: step.name(),
            severity: slowdown.severity.code(),
            ended_at: moment(run.ended_at),
            ms: run.parts.into(),
            limit_ms: milliseconds(run.attempt_deadline),
            baseline: slowdown.baseline.map(BaselineReport::from),
            ratio: slowdown.ratio.map(hundredths),
            z: slowdown.z.map(hundredths),
            share_of_limit: slowdown.share_of_deadline.map(hundredths),
            trend: slowdown.trend.map(hundredths),
            findings: slowdown.findings.iter().map(finding_words).collect(),
        }
    }
}

impl From<Durations> for BaselineReport {
    fn from(durations: Durations) -> Self {
        Self {
            runs: durations.runs,
            mean_ms: durations.mean.into(),
            deviation_ms: durations.deviation.map(milliseconds),
            longest_ms: milliseconds(durations.longest),
        }
    }
}

/// A finding in a sentence.
pub(crate) fn finding_words(finding: &Finding) -> String {
    match finding {
        Finding::Slower { ratio, part, excess, .. } => {
            let excess = duration(*excess);
            format!("{ratio:.1} times the mean of its week, most of it in {}: {excess} more", part.code())
        }
        Finding::NearDeadline { share, .. } => format!("{:.0} % of its limit", 100.0 * share),
        Finding::Creeping { trend, .. } => format!("its last days take {trend:.1} times as long as its week"),
    }
}

impl RegressionReport {
    pub(crate) fn of(step: Step, regression: &Regression) -> Self {
        Self {
            step: step.name(),
            verdict: verdict_code(regression.verdict),
            before: regression.before.map(BaselineReport::from),
            newest: regression.newest.map(BaselineReport::from),
            ratio: regression.ratio.map(hundredths),
        }
    }
}

pub(crate) fn verdict_code(verdict: RegressionVerdict) -> &'static str {
    match verdict {
        RegressionVerdict::Slower => "slower",
        RegressionVerdict::Steady => "steady",
        RegressionVerdict::Faster => "faster",
        RegressionVerdict::TooFewRuns => "too_few_runs",
    }
}

impl SlowdownReport {
    /// These runs, and how bad the worst of them is.
    pub(crate) fn of(runs: &[NewestRun]) -> Self {
        let worst = runs.iter().map(|run| run.slowdown.severity).max().unwrap_or(Severity::Fine);
        Self { schema_version: 1, severity: worst.code(), steps: runs.iter().map(StepSpeedReport::of).collect() }
    }
}

impl RegressionsReport {
    /// Two periods of every step.
    pub(crate) fn of(report: &Regressions) -> Self {
        let days =
            |days: &std::ops::RangeInclusive<jiff::civil::Date>| [days.start().to_string(), days.end().to_string()];
        let (before, newest) = (days(&report.before), days(&report.newest));
        let steps = report.steps.iter().map(|(step, regression)| RegressionReport::of(*step, regression)).collect();
        Self { schema_version: 1, before, newest, steps }
    }
}
