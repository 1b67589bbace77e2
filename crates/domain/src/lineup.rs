//! What a team tells before a game: who starts, who sits on the bench, who is not there.

use crate::known::Dated;
use crate::{GameDate, GameId, PlayerId, Team};

/// What a team tells of one player before a game. Whom it does not name is not dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineupSpot {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Who.
    pub player: PlayerId,
    /// With whom.
    pub team: Team,
    /// As what.
    pub spot: Spot,
}

/// A player's place in a line-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// One of the five who start.
    Starts,
    /// Dressed, and not among them.
    Bench,
    /// Not dressed.
    Out,
}

impl Spot {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Starts, Self::Bench, Self::Out];

    /// Name in archives, tables and documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Starts => "starts",
            Self::Bench => "bench",
            Self::Out => "out",
        }
    }

    /// The spot of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|spot| spot.code() == code)
    }
}

impl Dated for LineupSpot {
    type Subject = GameId;

    fn subject(&self) -> GameId {
        self.game
    }

    fn slate(&self) -> GameDate {
        self.slate
    }
}
