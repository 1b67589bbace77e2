//! Deliveries: on which occasions raw bytes come in.

use std::fmt;
use std::str::FromStr;

use domain::{GameDate, GameId, ParseError};

use crate::PayloadHash;

/// One occasion on which raw bytes come in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivery {
    /// An archive, named by the hash of its files' hashes: other content is another delivery.
    Archive(PayloadHash),
    /// A visit to the providers about one slate.
    Visit {
        /// The slate.
        slate: GameDate,
        /// When in its day.
        moment: Moment,
    },
    /// A last look at one game's lines, and at its line-ups, so many minutes before its tip-off.
    Closing {
        /// The slate.
        slate: GameDate,
        /// The game.
        game: GameId,
        /// Minutes before its tip-off as it was scheduled when the look was planned.
        minutes: u16,
    },
}

/// A game's lines are looked at so many minutes before its tip-off: the closing line is what the last look saw.
pub const CLOSING_LOOKS: [u16; 3] = [30, 5, 0];

/// At this one of them the teams have told who starts.
pub(crate) const LINEUPS_LOOK: u16 = CLOSING_LOOKS[0];

/// When in a slate's day the providers are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// In the morning: schedule, injuries, first lines.
    Morning,
    /// Before the edition is made: newest lines.
    Midday,
    /// When the games are final: box scores and shots.
    AfterGames,
}

impl Moment {
    const ALL: [Self; 3] = [Self::Morning, Self::Midday, Self::AfterGames];

    fn name(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Midday => "midday",
            Self::AfterGames => "after_games",
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(hash) => write!(f, "archive {hash}"),
            Self::Visit { slate, moment } => write!(f, "{slate} {}", moment.name()),
            Self::Closing { slate, game, minutes } => write!(f, "{slate} closing {game} {minutes}"),
        }
    }
}

impl FromStr for Delivery {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "a delivery such as `2025-01-15 morning`");
        let (first, second) = text.split_once(' ').ok_or_else(error)?;
        if first == "archive" {
            return PayloadHash::from_hex(second).map(Self::Archive).ok_or_else(error);
        }
        if let Some(closing) = second.strip_prefix("closing ") {
            let (game, minutes) = closing.split_once(' ').ok_or_else(error)?;
            let minutes = minutes.parse().map_err(|_| error())?;
            return Ok(Self::Closing { slate: first.parse()?, game: game.parse()?, minutes });
        }
        let moment = Moment::ALL.into_iter().find(|moment| moment.name() == second).ok_or_else(error)?;
        Ok(Self::Visit { slate: first.parse()?, moment })
    }
}
