//! NBA.com's CDN: the schedule, final box scores and play-by-play, as it serves them.

mod box_score;
mod play_by_play;
mod schedule;

pub(crate) use box_score::NbaCdnBoxScore;
pub(crate) use play_by_play::NbaCdnPlayByPlay;
pub(crate) use schedule::NbaCdnSchedule;

use domain::GameId;

use crate::delivery::{Delivery, Moment};
use crate::source::Directory;

/// The games of the slate a delivery comes after, in order.
fn finished_games(delivery: &Delivery, directory: &Directory) -> Vec<GameId> {
    match delivery {
        Delivery::Visit { slate, moment: Moment::AfterGames } => {
            directory.games().filter(|game| game.slate == *slate).map(|game| game.id).collect()
        }
        Delivery::Visit { .. } | Delivery::Archive(_) => Vec::new(),
    }
}
