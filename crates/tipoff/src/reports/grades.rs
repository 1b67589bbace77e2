//! How a slate came out.

use pipeline::rows::SystemPerformance;
use serde::Serialize;
use utoipa::ToSchema;

/// A system's record on a slate.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemRecordReport {
    pub(crate) system: &'static str,
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
            system: record.system.code(),
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
