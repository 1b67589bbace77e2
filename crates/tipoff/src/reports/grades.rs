//! How a slate came out.

use domain::Edition;
use pipeline::rows::{Grade, SystemPerformance};
use pipeline::{Rows, Step};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// A system's record on a slate.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemRecordReport {
    pub(crate) market: &'static str,
    pub(crate) system: &'static str,
    /// The system, and the market where it is not points.
    #[serde(skip)]
    pub(crate) named: String,
    pub(crate) predictions: u32,
    pub(crate) voids: u32,
    pub(crate) mae: Option<f64>,
    pub(crate) bias: Option<f64>,
    pub(crate) within_3_pct: Option<f64>,
    pub(crate) within_5_pct: Option<f64>,
    pub(crate) wins: u32,
    pub(crate) losses: u32,
    pub(crate) pushes: u32,
    pub(crate) profit: f64,
    pub(crate) lined: u32,
    pub(crate) lined_mae: Option<f64>,
    pub(crate) line_mae: Option<f64>,
}

impl SystemRecordReport {
    pub(crate) fn of(record: &SystemPerformance) -> Self {
        let per = |part: f64, whole: u32| (whole > 0).then(|| part / f64::from(whole));
        let count = record.predictions;
        Self {
            market: record.market.code(),
            system: record.system.code(),
            named: super::named(record.system, record.market),
            predictions: count,
            voids: record.voids,
            mae: per(record.absolute_error_sum, count),
            bias: per(record.signed_error_sum, count),
            within_3_pct: per(100.0 * f64::from(record.within_3), count),
            within_5_pct: per(100.0 * f64::from(record.within_5), count),
            wins: record.wins,
            losses: record.losses,
            pushes: record.pushes,
            profit: record.profit,
            lined: record.lined,
            lined_mae: per(record.lined_error_sum, record.lined),
            line_mae: per(record.line_error_sum, record.lined),
        }
    }
}

/// How an edition came out: the systems' records, and every grade.
#[derive(Serialize, ToSchema)]
pub(crate) struct GradesReport {
    schema_version: u32,
    date: String,
    edition: String,
    systems: Vec<SystemRecordReport>,
    grades: Vec<GradeReport>,
}

/// How a prediction came out.
#[derive(Serialize, ToSchema)]
pub(crate) struct GradeReport {
    prediction: String,
    player_id: u32,
    game_id: String,
    market: &'static str,
    system: &'static str,
    recommendation: &'static str,
    line: Option<f64>,
    actual: Option<u16>,
    verdict: &'static str,
    void_reason: Option<String>,
    profit: Option<f64>,
    absolute_error: Option<f64>,
    signed_error: Option<f64>,
}

impl GradesReport {
    /// How an edition came out; nothing while it is not graded.
    pub(crate) async fn of(app: &App, edition: Edition) -> anyhow::Result<Option<Self>> {
        let graded = app.output(edition, Step::Grade).await?;
        let Some(Rows::Grades(grades)) = graded.as_deref() else { return Ok(None) };
        let systems = match app.output(edition, Step::SystemDailyPerformance).await?.as_deref() {
            Some(Rows::Performance(records)) => records.iter().map(SystemRecordReport::of).collect(),
            _ => Vec::new(),
        };
        Ok(Some(Self {
            schema_version: 1,
            date: edition.slate.to_string(),
            edition: edition.to_string(),
            systems,
            grades: grades.iter().map(GradeReport::of).collect(),
        }))
    }
}

impl GradeReport {
    fn of(grade: &Grade) -> Self {
        Self {
            prediction: grade.prediction.0.clone(),
            player_id: grade.player.number(),
            game_id: grade.game.to_string(),
            market: grade.market.code(),
            system: grade.system.code(),
            recommendation: grade.recommendation.label(),
            line: grade.line.map(domain::HalfPoints::points),
            actual: grade.actual,
            verdict: grade.verdict.code(),
            void_reason: grade.void_reason.clone(),
            profit: grade.profit,
            absolute_error: grade.absolute_error,
            signed_error: grade.signed_error,
        }
    }
}
