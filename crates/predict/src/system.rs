//! Prediction systems: a question in, a law or a reason for silence out.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

use domain::ParseError;

use crate::inputs::Inputs;
use crate::{Abstain, Question};

/// The five market-free systems, whose ids are the original's, one that sees the market, and those outside this program.
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
    /// A program that reads the questions and sends its answers.
    External(ExternalSystem),
}

impl SystemId {
    /// Those that see no market, the ensemble last.
    pub const MARKET_FREE: [Self; 5] =
        [Self::MovingAverage, Self::ZoneMatchup, Self::Similarity, Self::Xgboost, Self::Ensemble];

    /// All of ours: the market-free ones, then the one that sees the market.
    pub const ALL: [Self; 6] =
        [Self::MovingAverage, Self::ZoneMatchup, Self::Similarity, Self::Xgboost, Self::Ensemble, Self::MarketBlend];

    /// Whether its forecasts may know what the books say. Of an external system nobody can tell, so it may.
    pub fn saw_market(self) -> bool {
        self == Self::MarketBlend || self.is_external()
    }

    /// Whether it answers from outside this program.
    pub fn is_external(self) -> bool {
        matches!(self, Self::External(_))
    }

    /// The system of this id, ours or an external one; [`FromStr`] reads ours alone.
    ///
    /// # Errors
    /// When no system can have this id.
    pub fn named(id: &str) -> Result<Self, ParseError> {
        let external = || id.parse().map(Self::External).ok();
        let known = id.parse().ok().or_else(external);
        known.ok_or_else(|| ParseError::new(id, "a system id such as ensemble_v1, or an external system's"))
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
            Self::External(system) => system.id(),
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

/// A system outside this program, by the id it answers under: 3 to 40 lower-case letters, digits and underscores, a
/// letter first, and none of our own ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalSystem(&'static str);

const SHORTEST_ID: usize = 3;
const LONGEST_ID: usize = 40;

/// Every external id this process has met, each once and to its end: there are as many as systems that ever answered.
static MET: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl ExternalSystem {
    /// The id as text.
    pub fn id(self) -> &'static str {
        self.0
    }
}

impl FromStr for ExternalSystem {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let well_formed = (SHORTEST_ID..=LONGEST_ID).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(allowed);
        if !well_formed || text.parse::<SystemId>().is_ok() {
            return Err(ParseError::new(text, "an id of an external system such as my_system_v1"));
        }
        let mut met = MET.lock().expect("no panic while it is held");
        if let Some(known) = met.get(text) {
            return Ok(Self(known));
        }
        let id: &'static str = Box::leak(text.to_owned().into_boxed_str());
        met.insert(id);
        Ok(Self(id))
    }
}

impl fmt::Display for ExternalSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_reads_back_and_is_none_of_ours() {
        let system = SystemId::named("my_system_v1").unwrap();
        assert_eq!((system.code(), system.is_external(), system.saw_market()), ("my_system_v1", true, true));
        assert_eq!(SystemId::named("my_system_v1"), Ok(system));
        assert_ne!(SystemId::named("my_system_v2"), Ok(system));
        for ours in SystemId::ALL {
            assert_eq!(SystemId::named(ours.code()), Ok(ours));
            assert!(ours.code().parse::<ExternalSystem>().is_err() && !ours.is_external());
        }
        for id in ["", "ab", "1st", "_me", "My_system", "my system", "my-system", "müller", &"a".repeat(41)] {
            assert!(SystemId::named(id).is_err(), "{id}");
        }
        assert!(
            "my_system_v1".parse::<SystemId>().is_err(),
            "where people name one of ours, a slip is no other system"
        );
    }
}
