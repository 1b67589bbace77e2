//! What the parsers of several providers do alike: count rows, find games by their teams, make box scores.

use domain::{Appearance, BoxScore, FinalScore, Game, InjuryEventKind, Known, PlayerId, Provenance, Team};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::{Directory, Parsed, Reject, RejectReason};
use crate::RawPayload;

/// Why a row cannot be used, in a word and in words.
pub(super) type Rejection = (RejectReason, String);

impl Parsed {
    /// Counts a row. What is wrong with it becomes a reject.
    pub(super) fn row<T>(&mut self, read: Result<T, Rejection>) -> Option<T> {
        let row = self.rows_read;
        self.rows_read += 1;
        read.map_err(|(reason, detail)| self.rejects.push(Reject { reason, row, detail })).ok()
    }

    /// Refuses the payload as a whole, although it is readable.
    pub(super) fn refused((reason, detail): Rejection) -> Self {
        let mut parsed = Self::default();
        parsed.rejects.push(Reject { reason, row: 0, detail });
        parsed
    }
}

/// Seals what was seen when the payload came.
pub(super) fn seen<T>(value: T, payload: &RawPayload) -> Known<T> {
    Known::new(value, payload.fetched_at, Provenance::Observed)
}

/// A row whose value is not of its kind.
pub(super) fn malformed(what: impl std::fmt::Display) -> Rejection {
    (RejectReason::Malformed, what.to_string())
}

/// Nothing for a list or an object that is null.
pub(super) fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The game of two teams around an instant, whichever of them is listed as the home team: on neutral sites providers
/// differ.
pub(super) fn game_near(directory: &Directory, [a, b]: [Team; 2], around: Timestamp) -> Result<&Game, Rejection> {
    let found = directory.game_between(a, b, around).or_else(|| directory.game_between(b, a, around));
    found.ok_or_else(|| (RejectReason::UnknownGame, format!("no game of {a} and {b} around {around} is scheduled")))
}

/// The result of a game from each team's points, in any order.
pub(super) fn final_score(game: &Game, points: [(Team, u16); 2]) -> Result<FinalScore, Rejection> {
    let of = |team: Team| points.iter().find(|(scorer, _)| *scorer == team).map(|(_, points)| *points);
    let (home_points, away_points) = of(game.home)
        .zip(of(game.away))
        .ok_or_else(|| malformed(format!("game {} is scored for other teams than its own", game.id)))?;
    if home_points == away_points {
        return Err((RejectReason::Implausible, format!("game {} ended {home_points} all", game.id)));
    }
    Ok(FinalScore { game: game.id, slate: game.slate, home_points, away_points })
}

/// A player's row of a box score.
pub(super) fn box_score(
    game: &Game,
    team: Team,
    player: PlayerId,
    appearance: Appearance,
) -> Result<BoxScore, Rejection> {
    let (opponent, venue) =
        game.side_of(team).ok_or_else(|| malformed(format!("{team} does not play in {}", game.id)))?;
    Ok(BoxScore { game: game.id, slate: game.slate, player, team, opponent, venue, appearance })
}

/// A player by the name a provider gives him.
pub(super) fn player_named(directory: &Directory, name: &str) -> Result<PlayerId, Rejection> {
    directory
        .player(name)
        .ok_or_else(|| (RejectReason::UnresolvedPlayer, format!("{name:?} is nobody known, or more than one")))
}

/// What an injury list's word for a player's state means.
pub(super) fn injury_kind(status: &str) -> Option<InjuryEventKind> {
    match status {
        "Out" => Some(InjuryEventKind::Out),
        "Day-To-Day" | "Questionable" | "Doubtful" | "Probable" | "Game Time Decision" => {
            Some(InjuryEventKind::Questionable)
        }
        _ => None,
    }
}
