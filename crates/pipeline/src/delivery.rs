//! Deliveries: on which occasions raw bytes come in.

use std::fmt;
use std::str::FromStr;

use domain::{Game, GameDate, GameId, ParseError};
use jiff::Timestamp;

use crate::PayloadHash;
use crate::source::Directory;

/// One occasion on which raw bytes come in. What a source wants of it, and whether it wants anything, its `plan` says.
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
    /// A look at what may change at any time of a slate's day: who is hurt.
    Watch {
        /// The slate.
        slate: GameDate,
        /// When.
        at: Timestamp,
    },
    /// A look at one game's lines, and at its line-ups, so many minutes before its tip-off.
    Closing {
        /// The slate.
        slate: GameDate,
        /// The game.
        game: GameId,
        /// Minutes before its tip-off as it was scheduled when the look was planned.
        minutes: u16,
    },
    /// A look at one game's results, so many minutes after its tip-off.
    Final {
        /// The slate.
        slate: GameDate,
        /// The game.
        game: GameId,
        /// Minutes after its tip-off as it was scheduled when the look was planned.
        minutes: u16,
    },
}

/// A game's lines are looked at so many minutes before its tip-off: the closing line is what the last look saw.
pub(crate) const CLOSING_LOOKS: [u16; 10] = [720, 600, 480, 360, 240, 120, 60, 30, 5, 0];

/// At this one of them the teams have told who starts.
pub const LINEUPS_LOOK: u16 = 30;

/// A game's results are looked at so many minutes after its tip-off: when it is usually over, when an overtime is, when
/// the scorers have had another look, the next morning, and three days later for what was corrected since.
pub(crate) const FINAL_LOOKS: [u16; 5] = [150, 180, 240, 720, 4320];

/// When in a slate's day the providers are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// In the morning: schedule, players, injuries, first lines.
    Morning,
    /// Before the edition is made: newest lines.
    Midday,
    /// When the games are final: box scores and shots.
    AfterGames,
}

impl Delivery {
    /// The slate it is about; an archive is about many.
    pub fn slate(&self) -> Option<GameDate> {
        match self {
            Self::Archive(_) => None,
            Self::Visit { slate, .. }
            | Self::Watch { slate, .. }
            | Self::Closing { slate, .. }
            | Self::Final { slate, .. } => Some(*slate),
        }
    }

    /// The games of its slate.
    pub fn games<'d>(&self, directory: &'d Directory) -> impl Iterator<Item = &'d Game> + use<'d> {
        self.slate().into_iter().flat_map(|slate| directory.games_of(slate))
    }

    /// Whether it is an occasion to ask for the schedule, and who plays for whom.
    pub fn wants_schedule(&self) -> bool {
        match self {
            Self::Visit { moment: Moment::Morning, .. } => true,
            Self::Watch { at, .. } => at.as_second() % 3600 == 0,
            _ => false,
        }
    }

    /// Whether it is an occasion to ask who is hurt.
    pub fn wants_injuries(&self) -> bool {
        matches!(self, Self::Visit { moment: Moment::Midday, .. } | Self::Watch { .. })
    }

    /// Whether it is an occasion to ask for what books offer on a game.
    pub fn wants_lines(&self, game: &Game) -> bool {
        match self {
            Self::Visit { slate, moment: Moment::Midday } => game.slate == *slate,
            Self::Closing { game: closing, .. } => game.id == *closing,
            _ => false,
        }
    }

    /// Whether it is an occasion to ask who starts in a game.
    pub fn wants_lineups(&self, game: &Game) -> bool {
        matches!(self, Self::Closing { game: closing, minutes: LINEUPS_LOOK, .. } if game.id == *closing)
    }

    /// Whether it is an occasion to ask what a game came to.
    pub fn wants_results(&self, game: &Game) -> bool {
        match self {
            Self::Visit { slate, moment: Moment::AfterGames } => game.slate == *slate,
            Self::Final { game: over, .. } => game.id == *over,
            _ => false,
        }
    }
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
            Self::Watch { slate, at } => write!(f, "{slate} watch {at}"),
            Self::Closing { slate, game, minutes } => write!(f, "{slate} closing {game} {minutes}"),
            Self::Final { slate, game, minutes } => write!(f, "{slate} final {game} {minutes}"),
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
        let slate: GameDate = first.parse()?;
        let Some((look, rest)) = second.split_once(' ') else {
            let moment = Moment::ALL.into_iter().find(|moment| moment.name() == second).ok_or_else(error)?;
            return Ok(Self::Visit { slate, moment });
        };
        if look == "watch" {
            return Ok(Self::Watch { slate, at: rest.parse().map_err(|_| error())? });
        }
        let (game, minutes) = rest.split_once(' ').ok_or_else(error)?;
        let (game, minutes) = (game.parse()?, minutes.parse().map_err(|_| error())?);
        match look {
            "closing" => Ok(Self::Closing { slate, game, minutes }),
            "final" => Ok(Self::Final { slate, game, minutes }),
            _ => Err(error()),
        }
    }
}
