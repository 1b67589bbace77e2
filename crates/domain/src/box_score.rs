//! What a player did in a game, or why he did not play.

use std::fmt;

use crate::{GameDate, GameId, PlayerId, Playtime, Team, Venue};

/// One player's row of a box score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxScore {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// The team he was listed for.
    pub team: Team,
    /// Whom it played.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Whether and what he played.
    pub appearance: Appearance,
}

/// Someone who did not play has no statistics, not zeros; so no average can count him by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appearance {
    /// He was on court.
    Played(Role, StatLine),
    /// He was listed and did not play.
    Absent(DidNotPlay),
}

impl Appearance {
    /// The statistics, if he played.
    pub fn played(&self) -> Option<&StatLine> {
        match self {
            Self::Played(_, line) => Some(line),
            Self::Absent(_) => None,
        }
    }

    /// Whether he was there to play: what teams tell before the game.
    pub fn dressed(&self) -> bool {
        use DidNotPlay::{Coach, Injury, NoReason, Other};
        matches!(self, Self::Played(..) | Self::Absent(Coach | Injury | Other | NoReason))
    }
}

/// In the starting five or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// In the starting five.
    Starter,
    /// From the bench.
    Bench,
}

/// Why a listed player did not play, in the box score's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DidNotPlay {
    /// Dressed, coach's decision.
    Coach,
    /// Dressed, hurt.
    Injury,
    /// Dressed, another reason.
    Other,
    /// Dressed and listed without minutes or reason.
    NoReason,
    /// Did not dress, hurt.
    UndressedInjury,
    /// Did not dress, coach's decision.
    UndressedCoach,
    /// Did not dress, another reason.
    UndressedOther,
    /// Not with the team, hurt.
    AwayInjury,
    /// Not with the team, another reason.
    AwayOther,
    /// On the inactive list, hurt.
    InactiveInjury,
    /// On the inactive list, another reason.
    InactiveOther,
}

impl DidNotPlay {
    const ALL: [Self; 11] = [
        Self::Coach,
        Self::Injury,
        Self::Other,
        Self::NoReason,
        Self::UndressedInjury,
        Self::UndressedCoach,
        Self::UndressedOther,
        Self::AwayInjury,
        Self::AwayOther,
        Self::InactiveInjury,
        Self::InactiveOther,
    ];

    /// Name in tables and archives.
    pub fn code(self) -> &'static str {
        match self {
            Self::Coach => "dnp_coach",
            Self::Injury => "dnp_injury",
            Self::Other => "dnp_other",
            Self::NoReason => "dressed_dnp",
            Self::UndressedInjury => "dnd_injury",
            Self::UndressedCoach => "dnd_coach",
            Self::UndressedOther => "dnd_other",
            Self::AwayInjury => "nwt_injury",
            Self::AwayOther => "nwt_other",
            Self::InactiveInjury => "inactive_injury",
            Self::InactiveOther => "inactive_other",
        }
    }

    /// The reason with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// No player-game has more of anything than this; the record is 100 points.
const MOST_OF_ANYTHING: u16 = 150;

/// The counts of a player who played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatLine {
    /// Time on court.
    pub playtime: Playtime,
    /// Field goals made.
    pub goals_made: u16,
    /// Field goals attempted.
    pub goals_attempted: u16,
    /// Three-pointers made.
    pub threes_made: u16,
    /// Three-pointers attempted.
    pub threes_attempted: u16,
    /// Free throws made.
    pub free_throws_made: u16,
    /// Free throws attempted.
    pub free_throws_attempted: u16,
    /// Offensive rebounds.
    pub offensive_rebounds: u16,
    /// Defensive rebounds.
    pub defensive_rebounds: u16,
    /// Assists.
    pub assists: u16,
    /// Steals.
    pub steals: u16,
    /// Blocks.
    pub blocks: u16,
    /// Turnovers.
    pub turnovers: u16,
    /// Personal fouls.
    pub fouls: u16,
    /// Points.
    pub points: u16,
    /// Score difference while on court, where the source has it.
    pub plus_minus: Option<i16>,
}

impl Default for StatLine {
    fn default() -> Self {
        Self {
            playtime: Playtime::from_seconds(0),
            goals_made: 0,
            goals_attempted: 0,
            threes_made: 0,
            threes_attempted: 0,
            free_throws_made: 0,
            free_throws_attempted: 0,
            offensive_rebounds: 0,
            defensive_rebounds: 0,
            assists: 0,
            steals: 0,
            blocks: 0,
            turnovers: 0,
            fouls: 0,
            points: 0,
            plus_minus: None,
        }
    }
}

impl StatLine {
    /// The line itself, if its counts can belong together.
    ///
    /// # Errors
    /// The first contradiction found.
    pub fn checked(self) -> Result<Self, Implausible> {
        let Self { goals_attempted, free_throws_attempted, assists, steals, blocks, turnovers, fouls, points, .. } =
            self;
        let counts = [goals_attempted, free_throws_attempted, assists, steals, blocks, turnovers, fouls, points];
        let rebounds = [self.offensive_rebounds, self.defensive_rebounds];
        if let Some(count) = counts.into_iter().chain(rebounds).find(|count| *count > MOST_OF_ANYTHING) {
            return Err(Implausible::TooMany(count));
        }
        if self.goals_made > goals_attempted
            || self.threes_made > self.threes_attempted
            || self.free_throws_made > free_throws_attempted
        {
            Err(Implausible::MoreMadeThanAttempted)
        } else if self.threes_made > self.goals_made || self.threes_attempted > goals_attempted {
            Err(Implausible::MoreThreesThanGoals)
        } else {
            let scored = 2 * self.goals_made + self.threes_made + self.free_throws_made;
            if points == scored { Ok(self) } else { Err(Implausible::PointsDoNotAddUp { points, scored }) }
        }
    }

    /// Offensive and defensive rebounds.
    pub fn rebounds(&self) -> u16 {
        self.offensive_rebounds + self.defensive_rebounds
    }
}

/// Counts that cannot belong to one player-game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Implausible {
    /// A count beyond any game ever played.
    TooMany(u16),
    /// Shots or free throws made exceed those attempted.
    MoreMadeThanAttempted,
    /// Three-pointers exceed field goals.
    MoreThreesThanGoals,
    /// Points are not what the shots are worth.
    PointsDoNotAddUp {
        /// Points as listed.
        points: u16,
        /// Points as the shots add up.
        scored: u16,
    },
}

impl fmt::Display for Implausible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany(count) => write!(f, "a count of {count}"),
            Self::MoreMadeThanAttempted => f.write_str("more shots made than attempted"),
            Self::MoreThreesThanGoals => f.write_str("more three-pointers than field goals"),
            Self::PointsDoNotAddUp { points, scored } => {
                write!(f, "{points} points listed, the shots are worth {scored}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_found() {
        let sound = StatLine {
            goals_made: 7,
            goals_attempted: 15,
            threes_made: 2,
            threes_attempted: 6,
            free_throws_made: 4,
            free_throws_attempted: 4,
            points: 20,
            ..StatLine::default()
        };
        assert_eq!(sound.checked(), Ok(sound));
        let check = |line: StatLine, expected| assert_eq!(line.checked(), Err(expected));
        check(StatLine { goals_made: 16, ..sound }, Implausible::MoreMadeThanAttempted);
        check(StatLine { threes_made: 8, threes_attempted: 9, ..sound }, Implausible::MoreThreesThanGoals);
        check(StatLine { assists: 60_000, ..sound }, Implausible::TooMany(60_000));
        check(StatLine { points: 21, ..sound }, Implausible::PointsDoNotAddUp { points: 21, scored: 20 });
    }

    #[test]
    fn who_was_dressed_could_have_played() {
        let dressed = |reason| Appearance::Absent(reason).dressed();
        assert!(dressed(DidNotPlay::Coach) && dressed(DidNotPlay::NoReason));
        assert!(!dressed(DidNotPlay::UndressedInjury) && !dressed(DidNotPlay::AwayOther));
        assert!(!dressed(DidNotPlay::InactiveInjury));
        assert!(Appearance::Played(Role::Bench, StatLine::default()).dressed());
    }

    #[test]
    fn reasons_read_back() {
        for reason in DidNotPlay::ALL {
            assert_eq!(DidNotPlay::from_code(reason.code()), Some(reason));
        }
    }
}
