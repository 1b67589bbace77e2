//! What grading makes of predictions: verdicts, errors, and each system's record.

use domain::{Edition, GameDate, GameId, HalfPoints, Market, PlayerId};
use jiff::Timestamp;
use predict::{Recommendation, SystemId};

use super::PredictionId;

/// How a bet ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The recommended side won.
    Win,
    /// It lost.
    Loss,
    /// The count equalled the line; stakes come back.
    Push,
    /// The player did not play; stakes come back.
    Void,
    /// Nothing was recommended.
    NoBet,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Win, Self::Loss, Self::Push, Self::Void, Self::NoBet];

    /// Name in tables and documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Win => "win",
            Self::Loss => "loss",
            Self::Push => "push",
            Self::Void => "void",
            Self::NoBet => "no_bet",
        }
    }

    /// The verdict of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// A prediction against what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// The prediction graded.
    pub prediction: PredictionId,
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// What was recommended.
    pub recommendation: Recommendation,
    /// The line it is judged at.
    pub line: Option<HalfPoints>,
    /// What the player counted; nothing when he did not play.
    pub actual: Option<u16>,
    /// How the bet ended.
    pub verdict: Verdict,
    /// Why it is void.
    pub void_reason: Option<String>,
    /// Profit of one unit staked at the posted price; nothing without a bet.
    pub profit: Option<f64>,
    /// |mean - actual|: what was predicted against what happened.
    pub absolute_error: Option<f64>,
    /// mean - actual.
    pub signed_error: Option<f64>,
    /// When the outcome became known.
    pub outcome_known_at: Timestamp,
}

/// One system's record in one market on one slate.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemPerformance {
    /// Which edition.
    pub edition: Edition,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// Predictions of players who played.
    pub predictions: u32,
    /// Predictions of players who did not.
    pub voids: u32,
    /// Bets won.
    pub wins: u32,
    /// Bets lost.
    pub losses: u32,
    /// Bets pushed.
    pub pushes: u32,
    /// Overs among wins and losses, and how many of them won.
    pub overs: u32,
    /// Overs that won.
    pub overs_won: u32,
    /// Sum of absolute errors.
    pub absolute_error_sum: f64,
    /// Sum of errors of the mean.
    pub signed_error_sum: f64,
    /// Predictions within three.
    pub within_3: u32,
    /// Predictions within five.
    pub within_5: u32,
    /// Units won and lost.
    pub profit: f64,
    /// Absolute error of the book's line on the same rows, where there is a line.
    pub line_error_sum: f64,
    /// Absolute error on those rows.
    pub lined_error_sum: f64,
    /// Rows with a line.
    pub lined: u32,
}
