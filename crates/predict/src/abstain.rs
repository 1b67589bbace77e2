//! Why a system has no answer. Silence is data: it is stored, counted and shown like any answer.

use std::fmt;

use domain::Cutoff;
use jiff::Timestamp;

use crate::inputs::Input;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Abstain {
    /// The cutoff is not before the game: it is too late to predict it.
    AfterTipoff {
        /// Bound of the start of play.
        tipoff: Timestamp,
    },
    /// His team has told that he will not play.
    NotDressed,
    /// An input the system cannot do without is missing.
    MissingInput(Input),
    /// Too few games of the whole league are known to compare anything with.
    NoLeagueBaseline,
    /// Too few games to say anything.
    TooFewGames {
        /// Games there are.
        have: u16,
        /// Games it takes.
        need: u16,
    },
    /// No book has a line: there is no market to see.
    NoLine,
    /// No model has been trained on data known before the cutoff.
    NoModel,
    /// The model knows more than the cutoff allows.
    TrainedPastCutoff {
        /// What the model was trained through.
        trained_through: Timestamp,
        /// What may be known.
        cutoff: Cutoff,
    },
    /// The model was trained on other inputs.
    SchemaMismatch,
    /// Fewer members answered than an ensemble takes.
    TooFewMembers {
        /// Members that answered.
        have: u16,
        /// Members it takes.
        need: u16,
    },
}

impl Abstain {
    /// Name in tables and documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AfterTipoff { .. } => "after_tipoff",
            Self::NotDressed => "not_dressed",
            Self::MissingInput(_) => "missing_input",
            Self::NoLeagueBaseline => "no_league_baseline",
            Self::TooFewGames { .. } => "too_few_games",
            Self::NoLine => "no_line",
            Self::NoModel => "no_model",
            Self::TrainedPastCutoff { .. } => "trained_past_cutoff",
            Self::SchemaMismatch => "schema_mismatch",
            Self::TooFewMembers { .. } => "too_few_members",
        }
    }
}

impl fmt::Display for Abstain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AfterTipoff { tipoff } => write!(f, "the cutoff is not before tip-off ({tipoff})"),
            Self::NotDressed => f.write_str("his team's line-up is known, and he is not dressed"),
            Self::MissingInput(input) => write!(f, "{} is missing", input.name()),
            Self::NoLeagueBaseline => f.write_str("too few games of the league are known to compare with"),
            Self::TooFewGames { have, need } => write!(f, "{have} games played, {need} needed"),
            Self::NoLine => f.write_str("no book has a line with prices on both sides"),
            Self::NoModel => f.write_str("no model was trained on data known before the cutoff"),
            Self::TrainedPastCutoff { trained_through, cutoff } => {
                write!(f, "the model was trained through {trained_through}, past the cutoff {}", cutoff.instant())
            }
            Self::SchemaMismatch => f.write_str("the model was trained on other inputs"),
            Self::TooFewMembers { have, need } => write!(f, "{have} systems answered, {need} needed"),
        }
    }
}
