//! NBA.com's CDN: the schedule, final box scores and play-by-play, as it serves them.

mod box_score;
mod play_by_play;
mod schedule;
mod scoreboard;

pub(crate) use box_score::NbaCdnBoxScore;
pub(crate) use play_by_play::NbaCdnPlayByPlay;
pub(crate) use schedule::NbaCdnSchedule;
pub(crate) use scoreboard::NbaCdnScoreboard;

use domain::Game;

use crate::RawPayload;
use crate::source::{Directory, Parsed, Reject, RejectReason, Unreadable};

/// The game a payload is about, or nothing, with a reject, while no schedule has it.
fn scheduled_game<'d>(
    payload: &RawPayload,
    id: &str,
    directory: &'d Directory,
    parsed: &mut Parsed,
) -> Result<Option<&'d Game>, Unreadable> {
    let id = id.parse().map_err(|error: domain::ParseError| Unreadable {
        subject: payload.subject.clone(),
        problem: error.to_string(),
    })?;
    let game = directory.game(id);
    if game.is_none() {
        let detail = format!("game {id} is not in the schedule");
        parsed.rejects.push(Reject { reason: RejectReason::UnknownGame, row: 0, detail });
    }
    Ok(game)
}
