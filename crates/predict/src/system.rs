//! Prediction systems: a question in, a law or a reason for silence out.

use std::fmt;
use std::str::FromStr;

use domain::ParseError;

use crate::inputs::Inputs;
use crate::{Abstain, Question};

/// The five market-free systems, whose ids are the original's, and one that sees the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemId {
    /// Weighted recent averages with adjustments.
    MovingAverage,
    /// The season's mean against the opponent's defence.
    ZoneMatchup,
    /// The player's most similar past games.
    Similarity,
    /// Gradient-boosted trees on the feature store.
    Xgboost,
    /// The others, weighted by how they did.
    Ensemble,
    /// The ensemble and the books together: the only one that sees the market.
    MarketBlend,
}

impl SystemId {
    /// Those that see no market, the ensemble last.
    pub const MARKET_FREE: [Self; 5] =
        [Self::MovingAverage, Self::ZoneMatchup, Self::Similarity, Self::Xgboost, Self::Ensemble];

    /// All of them: the market-free ones, then the one that sees the market.
    pub const ALL: [Self; 6] =
        [Self::MovingAverage, Self::ZoneMatchup, Self::Similarity, Self::Xgboost, Self::Ensemble, Self::MarketBlend];

    /// Whether its forecasts know what the books say.
    pub fn saw_market(self) -> bool {
        self == Self::MarketBlend
    }

    /// The id in tables and documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::MovingAverage => "moving_average",
            Self::ZoneMatchup => "zone_matchup_v1",
            Self::Similarity => "similarity_balanced_v1",
            Self::Xgboost => "xgboost_v1",
            Self::Ensemble => "ensemble_v1",
            Self::MarketBlend => "market_blend_v1",
        }
    }
}

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for SystemId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|system| system.code() == text)
            .ok_or_else(|| ParseError::new(text, "a system id such as ensemble_v1"))
    }
}

/// A system that answers questions by itself.
pub trait System: Send + Sync {
    /// Which one it is.
    fn id(&self) -> SystemId;

    /// The mean of the count asked about, before what earlier slates taught about its misses.
    ///
    /// # Errors
    /// The reason for silence.
    fn mean(&self, question: &Question) -> Result<f64, Abstain>;
}

/// Trained models' evaluation: the seam behind which the learner's library stays.
pub trait Booster: Send + Sync {
    /// The predicted mean of one row.
    fn predict(&self, row: &Inputs) -> f64;
}
