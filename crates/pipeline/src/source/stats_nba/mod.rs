//! stats.nba.com: tables by name, with heads of their own. Columns are read by name, because they move.

mod box_v2;
mod box_v3;
mod game_log;
mod play_by_play;
mod player_index;
mod scoreboard;
mod table;

pub(super) use box_v2::StatsNbaBoxV2;
pub(super) use box_v3::StatsNbaBoxV3;
pub(super) use game_log::StatsNbaGameLog;
pub(super) use play_by_play::StatsNbaPlayByPlay;
pub(super) use player_index::StatsNbaPlayerIndex;
pub(super) use scoreboard::StatsNbaScoreboard;

use domain::{DidNotPlay, Game, GameDate, Playtime, Season};

use super::{Directory, RejectReason, Rejection};

/// The scheduled game of this number.
fn scheduled<'d>(id: &str, directory: &'d Directory) -> Result<&'d Game, Rejection> {
    let number = id.parse().map_err(|error: domain::ParseError| (RejectReason::NotCounted, error.to_string()))?;
    directory.game(number).ok_or_else(|| (RejectReason::UnknownGame, format!("game {id} is not in the schedule")))
}

/// A box score of this service does not say whether its game is over. It is when a team has been on court for five times
/// the whole of a game or of its overtimes, and the score is no tie.
fn over(playtime: Playtime, points: [u16; 2]) -> bool {
    const GAME: u16 = 5 * 48 * 60;
    const OVERTIME: u16 = 5 * 5 * 60;
    /// Clocks of five players are rounded each by itself.
    const ROUNDING: u16 = 5;
    let beyond = (playtime.seconds() + ROUNDING).checked_sub(GAME);
    beyond.is_some_and(|beyond| beyond % OVERTIME <= 2 * ROUNDING) && points[0] != points[1]
}

/// `DNP - Coach's Decision`, `DND - Injury/Illness`, `NWT - Personal`: where the player was, then why.
fn absence(comment: &str) -> DidNotPlay {
    let (place, reason) = comment.split_once(" - ").unwrap_or((comment, ""));
    let hurt = reason.contains("Injury");
    match place.trim() {
        "DNP" if hurt => DidNotPlay::Injury,
        "DNP" if reason.contains("Coach") => DidNotPlay::Coach,
        "DNP" => DidNotPlay::Other,
        "DND" if hurt => DidNotPlay::UndressedInjury,
        "DND" if reason.contains("Coach") => DidNotPlay::UndressedCoach,
        "DND" => DidNotPlay::UndressedOther,
        "NWT" if hurt => DidNotPlay::AwayInjury,
        "NWT" => DidNotPlay::AwayOther,
        _ => DidNotPlay::NoReason,
    }
}

/// The season that a slate is of, as this service names it: `2024-25`. It begins in the autumn.
fn season(slate: GameDate) -> Season {
    let (year, month) = (slate.date().year(), slate.date().month());
    Season::starting((if month >= 8 { year } else { year - 1 }) as u16)
}

#[cfg(test)]
mod tests;
