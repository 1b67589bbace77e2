//! Who can play: the injury log, and what it says about a player at a cutoff.

use crate::known::Dated;
use crate::{GameDate, PlayerId};

/// One entry of the injury log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InjuryEvent {
    /// Whom it concerns.
    pub player: PlayerId,
    /// The log's date; it has no hour.
    pub date: GameDate,
    /// What the entry says.
    pub kind: InjuryEventKind,
    /// The log's own words.
    pub detail: String,
}

impl Dated for InjuryEvent {
    type Subject = PlayerId;

    fn subject(&self) -> PlayerId {
        self.player
    }

    fn slate(&self) -> GameDate {
        self.date
    }
}

/// What an injury-log entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InjuryEventKind {
    /// Out, on the injured list.
    Out,
    /// Day-to-day, or questionable to play.
    Questionable,
    /// Back from it.
    Return,
}

/// Whether a player can play, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// Nothing speaks against it.
    Available,
    /// Listed as questionable and not yet back.
    Questionable,
    /// Listed as out and not yet back.
    Out,
}

impl Availability {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Available, Self::Questionable, Self::Out];

    /// Name in tables and documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Questionable => "questionable",
            Self::Out => "out",
        }
    }

    /// The availability with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.code() == code)
    }
}
