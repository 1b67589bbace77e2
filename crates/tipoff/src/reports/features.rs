//! How each feature of a slate does.

use domain::GameDate;
use predict::features::{FeatureHealth, FeatureSummary, Spread};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::FeatureReport;

/// How each feature of a slate does, beside the thirty days before it.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeaturesReport {
    pub(crate) schema_version: u32,
    pub(crate) date: String,
    pub(crate) edition: Option<String>,
    pub(crate) slates_before: usize,
    pub(crate) features: Vec<FeatureHealthReport>,
}

/// A feature.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeatureHealthReport {
    pub(crate) feature: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) why: Option<String>,
    pub(crate) slate: FeatureSummaryReport,
    pub(crate) before: FeatureSummaryReport,
}

/// A feature's values.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeatureSummaryReport {
    pub(crate) rows: u32,
    pub(crate) missing_share: f64,
    pub(crate) zero_share: f64,
    pub(crate) mean: Option<f64>,
    pub(crate) deviation: Option<f64>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

impl From<&FeatureHealth> for FeatureHealthReport {
    fn from(health: &FeatureHealth) -> Self {
        Self {
            feature: health.feature.name(),
            verdict: health.verdict.code(),
            why: health.verdict.problem().map(|problem| problem.to_string()),
            slate: FeatureSummaryReport::from(&health.slate),
            before: FeatureSummaryReport::from(&health.before),
        }
    }
}

impl From<&FeatureSummary> for FeatureSummaryReport {
    fn from(summary: &FeatureSummary) -> Self {
        let of = |number: fn(Spread) -> f64| summary.values.map(number);
        Self {
            rows: summary.rows,
            missing_share: summary.missing_share(),
            zero_share: summary.zero_share(),
            mean: of(|values| values.mean),
            deviation: of(|values| values.deviation),
            min: of(|values| values.min),
            max: of(|values| values.max),
        }
    }
}

impl FeaturesReport {
    /// The features of a slate, if they are computed.
    pub(crate) fn of(slate: GameDate, report: Option<&FeatureReport>) -> Self {
        Self {
            schema_version: 1,
            date: slate.to_string(),
            edition: report.map(|report| report.edition.to_string()),
            slates_before: report.map_or(0, |report| report.slates_before),
            features: report.iter().flat_map(|report| &report.features).map(FeatureHealthReport::from).collect(),
        }
    }
}
