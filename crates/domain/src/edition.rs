//! An edition: one slate as it could be predicted at one cutoff.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::{Cutoff, Game, GameDate, Known, ParseError};

/// A slate and the cutoff it is predicted at. The same slate may have several editions: the morning one, late ones
/// about the games whose line-ups have become known, and others that somebody asked for. Printed as `2025-01-15@2025-01-15T18:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition {
    /// The game date predicted.
    pub slate: GameDate,
    /// The last instant the predictions may know.
    pub cutoff: Cutoff,
}

/// The morning edition never comes closer to the first tip-off than this.
const MORNING_MARGIN: SignedDuration = SignedDuration::from_mins(60);

impl Edition {
    /// The morning edition of a slate by the schedule as it stood at one o'clock: what is re-timed later does not move
    /// the cutoff. `games` may hold any versions of any games.
    pub fn scheduled(slate: GameDate, games: &[Known<Game>]) -> Self {
        let at_one = Self::morning(slate, None).cutoff;
        Self::morning(slate, Game::scheduled(games, slate, at_one).map(Game::earliest_tipoff).min())
    }

    /// The edition published at 13:00 Eastern, or an hour before the slate's first tip-off when that is earlier.
    pub fn morning(slate: GameDate, first_tipoff: Option<Timestamp>) -> Self {
        let one_pm = slate.at(13, 0);
        let before_it = first_tipoff.and_then(|tipoff| tipoff.checked_sub(MORNING_MARGIN).ok());
        let instant = before_it.map_or(one_pm, |instant| one_pm.min(instant));
        Self { slate, cutoff: Cutoff::at(instant) }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.slate, self.cutoff.instant())
    }
}

impl FromStr for Edition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "an edition such as 2025-01-15@2025-01-15T18:00:00Z");
        let (slate, cutoff) = text.split_once('@').ok_or_else(error)?;
        let cutoff: Timestamp = cutoff.parse().map_err(|_| error())?;
        Ok(Self { slate: slate.parse().map_err(|_| error())?, cutoff: Cutoff::at(cutoff) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Provenance;

    #[test]
    fn the_morning_edition_is_at_one_or_an_hour_before_an_early_tip() {
        let slate: GameDate = "2025-01-20".parse().unwrap();
        assert_eq!(Edition::morning(slate, Some(slate.at(19, 30))).cutoff.instant(), slate.at(13, 0));
        assert_eq!(Edition::morning(slate, Some(slate.at(12, 0))).cutoff.instant(), slate.at(11, 0));
        assert_eq!(Edition::morning(slate, None).cutoff.instant(), slate.at(13, 0));
    }

    #[test]
    fn a_game_re_timed_or_moved_after_one_does_not_move_the_cutoff() {
        let slate: GameDate = "2025-01-20".parse().unwrap();
        let game = |day: GameDate, hour| Game {
            id: "0022400600".parse().unwrap(),
            slate: day,
            tipoff: Some(day.at(hour, 0)),
            home: "BOS".parse().unwrap(),
            away: "NYK".parse().unwrap(),
        };
        let mut planned = Known::new(game(slate, 12), slate.plus_days(-2).at(0, 0), Provenance::Observed);
        let with = |planned: &Known<Game>, later: Game, hour| {
            let later = Known::new(later, slate.at(hour, 0), Provenance::Observed);
            Edition::scheduled(slate, &[planned.clone(), later]).cutoff.instant()
        };
        planned.supersede(slate.at(14, 0));
        assert_eq!(with(&planned, game(slate, 20), 14), slate.at(11, 0));
        planned.supersede(slate.at(9, 0));
        assert_eq!(with(&planned, game(slate, 20), 9), slate.at(13, 0));
        assert_eq!(with(&planned, game(slate.plus_days(1), 12), 9), slate.at(13, 0));
    }

    #[test]
    fn editions_read_what_they_print() {
        let slate: GameDate = "2025-01-20".parse().unwrap();
        let edition = Edition::morning(slate, None);
        assert_eq!(edition.to_string(), "2025-01-20@2025-01-20T18:00:00Z");
        assert_eq!(edition.to_string().parse::<Edition>().unwrap(), edition);
        assert!("2025-01-20".parse::<Edition>().is_err());
    }
}
