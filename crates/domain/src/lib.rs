//! The vocabulary of basketball and betting, and the one rule about time.
//!
//! Everything here is a plain value: no I/O, no async, no serialisation, no clock. The words are the field's
//! own (`docs/glossary.md`), units are types, and every fact can say *when we could have known it*: see
//! [`Known`] and [`Cutoff`], on which the whole product's honesty rests.

mod alias;
mod availability;
mod book;
mod box_score;
mod edition;
mod game;
mod id;
mod known;
mod lineup;
mod market;
mod odds;
mod prop_line;
mod shot_zones;
mod summary;
mod team;
mod time;
mod units;

pub use alias::{Alias, Meaning};
pub use availability::{Availability, InjuryEvent, InjuryEventKind};
pub use book::Sportsbook;
pub use box_score::{Appearance, BoxScore, DidNotPlay, Implausible, Role, StatLine};
pub use edition::Edition;
pub use game::{FinalScore, Game, GameLine, Venue};
pub use id::{GameId, PlayerId, PlayerName};
pub use known::{Cutoff, Dated, Known, Provenance};
pub use lineup::{LineupSpot, Spot};
pub use market::Market;
pub use odds::{AmericanOdds, DecimalOdds, FractionalOdds, TwoWayPrice};
pub use prop_line::{HalfPoints, LineRole, PropLine, PropLineKey};
pub use shot_zones::{PlayerShots, ShotZones, Shots, Zone, ZoneShots};
pub use summary::{PlayerGameSummary, TeamDefenseGameSummary, TeamOffenseGameSummary};
pub use team::{Team, TeamName};
pub use time::{GameDate, Season, SeasonType};
pub use units::{Fraction, Playtime, Probability, RestDays};

/// A text that should have been a value of the domain and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct ParseError {
    /// What was read.
    pub text: String,
    /// What it should have been, with an example.
    pub expected: &'static str,
}

impl ParseError {
    /// `text` is not `expected`.
    pub fn new(text: impl Into<String>, expected: &'static str) -> Self {
        Self { text: text.into(), expected }
    }
}
