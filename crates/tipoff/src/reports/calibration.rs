//! Whether published probabilities and intervals mean what they say.

use pipeline::learn::StoredShrink;
use predict::SystemId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ModelReport, ModelsReport};
use crate::app::{Calibration, ReliabilityBin};

/// What laws count for beside prices, and how published numbers came out.
#[derive(Serialize, ToSchema)]
pub(crate) struct CalibrationReport {
    pub(crate) schema_version: u32,
    pub(crate) month: String,
    pub(crate) shrinks: Vec<SystemShrinkReport>,
    pub(crate) system: &'static str,
    /// Graded nights from the first of July before the date.
    pub(crate) nights: usize,
    pub(crate) reliability: Vec<ReliabilityReport>,
    /// Predictions of players who played.
    pub(crate) laws: usize,
    pub(crate) cover_80: Option<f64>,
}

/// Weights of log-odds.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemShrinkReport {
    pub(crate) system: &'static str,
    pub(crate) training_rows: u64,
    pub(crate) intercept: f64,
    pub(crate) law: f64,
    pub(crate) price: f64,
}

/// Published probabilities of the over that lie near each other, and how often it went over.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReliabilityReport {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) n: usize,
    pub(crate) said: f64,
    pub(crate) happened: f64,
}

impl CalibrationReport {
    /// What laws count for in a month, and how a system's published numbers came out.
    pub(crate) fn of(models: &ModelsReport, system: SystemId, calibration: &Calibration) -> Self {
        let shrink = |model: &ModelReport| {
            let StoredShrink { intercept, law, price } = model.card.shrink?;
            let (system, training_rows) = (model.system, model.training_rows);
            Some(SystemShrinkReport { system, training_rows, intercept, law, price })
        };
        Self {
            schema_version: 1,
            month: models.month.clone(),
            shrinks: models.models.iter().filter_map(shrink).collect(),
            system: system.code(),
            nights: calibration.nights,
            reliability: calibration.bins.iter().map(ReliabilityReport::from).collect(),
            laws: calibration.laws,
            cover_80: calibration.cover_80,
        }
    }
}

impl From<&ReliabilityBin> for ReliabilityReport {
    fn from(bin: &ReliabilityBin) -> Self {
        let ReliabilityBin { ends: (from, to), n, said, happened } = *bin;
        Self { from, to, n, said, happened }
    }
}
