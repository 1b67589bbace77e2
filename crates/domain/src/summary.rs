//! Per-game facts of phase 3: what a player, an offence and a defence did, ready to be averaged.

use crate::known::Dated;
use crate::{Appearance, Fraction, GameDate, GameId, PlayerId, StatLine, Team, Venue, ZoneShots};

/// One player's game.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerGameSummary {
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
    /// Share of the team's possessions he ended while on court; unknown for a few seconds of play.
    pub usage: Option<Fraction>,
    /// Points per two true shooting attempts; unknown without an attempt.
    pub true_shooting: Option<f64>,
    /// Shots by zone, where the source has them.
    pub zones: Option<ZoneShots>,
}

impl PlayerGameSummary {
    /// The statistics, if he played: the one predicate of "a game played".
    pub fn played(&self) -> Option<&StatLine> {
        self.appearance.played()
    }
}

/// One team's game with the ball.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamOffenseGameSummary {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Whose offence.
    pub team: Team,
    /// Against whom.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Points scored.
    pub points: u16,
    /// Points the opponent scored.
    pub opponent_points: u16,
    /// Possessions, the mean of both teams' estimates.
    pub possessions: f64,
    /// Possessions per 48 minutes.
    pub pace: f64,
    /// Points per 100 possessions.
    pub offensive_rating: f64,
}

impl TeamOffenseGameSummary {
    /// Whether the team won.
    pub fn won(&self) -> bool {
        self.points > self.opponent_points
    }
}

/// One team's game without the ball.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamDefenseGameSummary {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Whose defence.
    pub team: Team,
    /// Against whom.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Points allowed.
    pub points_allowed: u16,
    /// Points allowed per 100 possessions.
    pub defensive_rating: f64,
    /// Possessions per 48 minutes.
    pub pace: f64,
    /// Opponents' shots by zone, where the source has them.
    pub zones_allowed: Option<ZoneShots>,
}

impl Dated for PlayerGameSummary {
    type Subject = PlayerId;

    fn subject(&self) -> PlayerId {
        self.player
    }

    fn slate(&self) -> GameDate {
        self.slate
    }
}

impl Dated for TeamOffenseGameSummary {
    type Subject = Team;

    fn subject(&self) -> Team {
        self.team
    }

    fn slate(&self) -> GameDate {
        self.slate
    }
}

impl Dated for TeamDefenseGameSummary {
    type Subject = Team;

    fn subject(&self) -> Team {
        self.team
    }

    fn slate(&self) -> GameDate {
        self.slate
    }
}
