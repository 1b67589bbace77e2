//! What stands behind a number besides its own chain: the systems, the shrink, reasons, a stake.

use pipeline::learn::{Reason, Reasons};
use predict::MarketShrink;
use serde::Serialize;
use store::Explanation;
use utoipa::ToSchema;

use crate::App;

/// The inputs shown: those that move the trees' mean most.
const TOP_REASONS: usize = 8;

/// What stands behind a number besides its own chain.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroundsReport {
    /// Fraction of the bankroll, among all bets of the system on the slate.
    pub(crate) stake: Option<f64>,
    pub(crate) systems: Vec<MeanReport>,
    pub(crate) shrink: Option<ShrinkReport>,
    pub(crate) reasons: Option<ReasonsReport>,
}

/// A system's mean of the same count.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeanReport {
    pub(crate) system: &'static str,
    pub(crate) saw_market: bool,
    pub(crate) mean: f64,
}

/// Weights of log-odds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShrinkReport {
    pub(crate) intercept: f64,
    pub(crate) law: f64,
    pub(crate) price: f64,
}

/// Why the trees said what they said.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonsReport {
    /// The mean of `xgboost_v1`.
    pub(crate) mean: f64,
    /// What the trees say on average of those they learned from.
    pub(crate) average: f64,
    pub(crate) inputs: Vec<ReasonReport>,
    /// What all other inputs add together.
    pub(crate) others: f64,
}

/// What an input adds.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonReport {
    pub(crate) input: &'static str,
    pub(crate) value: Option<f64>,
    pub(crate) adds: f64,
    pub(crate) meaning: &'static str,
}

impl From<&Reasons> for ReasonsReport {
    fn from(reasons: &Reasons) -> Self {
        let (top, rest) = reasons.inputs.split_at(TOP_REASONS.min(reasons.inputs.len()));
        let json = |reason: &Reason| ReasonReport {
            input: reason.input.name(),
            value: reason.value,
            adds: reason.adds,
            meaning: reason.input.meaning(),
        };
        Self {
            mean: reasons.mean,
            average: reasons.average,
            inputs: top.iter().map(json).collect(),
            others: rest.iter().map(|reason| reason.adds).sum(),
        }
    }
}

impl GroundsReport {
    pub(crate) async fn of(app: &App, explanation: &Explanation) -> anyhow::Result<Self> {
        let grounds = app.grounds(explanation).await?;
        let mean = |(system, mean): (predict::SystemId, f64)| MeanReport {
            system: system.code(),
            saw_market: system.saw_market(),
            mean,
        };
        Ok(Self {
            stake: grounds.stake,
            systems: grounds.systems.into_iter().map(mean).collect(),
            shrink: grounds.shrink.map(|MarketShrink { intercept, law, price }| ShrinkReport { intercept, law, price }),
            reasons: grounds.reasons.as_ref().map(ReasonsReport::from),
        })
    }
}
