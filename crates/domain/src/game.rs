//! A game as scheduled, its final score, and the market's view of it.

use jiff::{SignedDuration, Timestamp};

use crate::known::Dated;
use crate::{Cutoff, DecimalOdds, GameDate, GameId, Known, Team};

/// A scheduled game. Neutral-site games keep the listed home team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Game {
    /// NBA.com id.
    pub id: GameId,
    /// The Eastern date it is listed under.
    pub slate: GameDate,
    /// Start of play, when known.
    pub tipoff: Option<Timestamp>,
    /// The listed home team.
    pub home: Team,
    /// The listed visitors.
    pub away: Team,
}

/// No NBA game starts before noon Eastern, so noon is a safe bound for an unknown tip-off.
const EARLIEST_TIPOFF_HOUR: i8 = 12;
/// Teams tell their starters and who is out about so long before tip-off.
const TOLD_BEFORE_TIPOFF: SignedDuration = SignedDuration::from_mins(30);
/// A game is final, and its box score could be known, this long after tip-off.
const FINAL_AFTER: SignedDuration = SignedDuration::from_hours(3);

impl Game {
    /// The games of a slate as scheduled at a cutoff. `games` may hold any versions of any games: one that was moved to
    /// another date by then is none of this slate's.
    pub fn scheduled(games: &[Known<Self>], slate: GameDate, cutoff: Cutoff) -> impl Iterator<Item = &Self> {
        games.iter().filter_map(move |game| game.open(cutoff)).filter(move |game| game.slate == slate)
    }

    /// The tip-off, or the earliest it can be when it is not known: what a cutoff must precede.
    pub fn earliest_tipoff(&self) -> Timestamp {
        self.tipoff.unwrap_or_else(|| self.slate.at(EARLIEST_TIPOFF_HOUR, 0))
    }

    /// When a back-filled box score of this game counts as known: three hours after tip-off, or six in the
    /// morning after when the tip-off is not known.
    pub fn box_known_at(&self) -> Timestamp {
        self.tipoff
            .and_then(|tipoff| tipoff.checked_add(FINAL_AFTER).ok())
            .unwrap_or_else(|| self.slate.plus_days(1).at(6, 0))
    }

    /// When back-filled line-ups of this game count as known: half an hour before tip-off.
    pub fn lineups_known_at(&self) -> Timestamp {
        self.earliest_tipoff() - TOLD_BEFORE_TIPOFF
    }

    /// The team's opponent and venue in this game, if it plays in it.
    pub fn side_of(&self, team: Team) -> Option<(Team, Venue)> {
        match team {
            _ if team == self.home => Some((self.away, Venue::Home)),
            _ if team == self.away => Some((self.home, Venue::Away)),
            _ => None,
        }
    }
}

impl Dated for Game {
    type Subject = GameId;

    fn subject(&self) -> GameId {
        self.id
    }

    fn slate(&self) -> GameDate {
        self.slate
    }
}

/// Home or away, as listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Venue {
    /// The listed home team.
    Home,
    /// The visitors.
    Away,
}

/// The result of a finished game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalScore {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Points of the home team.
    pub home_points: u16,
    /// Points of the visitors.
    pub away_points: u16,
}

/// One book's spread, total and moneyline on a game.
#[derive(Debug, Clone, PartialEq)]
pub struct GameLine {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Feed the quote came through.
    pub source: String,
    /// Who quotes it; a consensus counts as a book.
    pub book: String,
    /// Points added to the home team; negative when it is favoured.
    pub home_spread: Option<f64>,
    /// Points of both teams together.
    pub total: Option<f64>,
    /// Price of a home win.
    pub home_win: Option<DecimalOdds>,
    /// Price of an away win.
    pub away_win: Option<DecimalOdds>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_tipoff_is_bounded_from_both_sides() {
        let slate: GameDate = "2024-04-16".parse().unwrap();
        let game = Game {
            id: "0052300121".parse().unwrap(),
            slate,
            tipoff: None,
            home: "NOP".parse().unwrap(),
            away: "LAL".parse().unwrap(),
        };
        assert_eq!(game.earliest_tipoff(), slate.at(12, 0));
        assert_eq!(game.box_known_at(), slate.plus_days(1).at(6, 0));
        let known = Game { tipoff: Some(slate.at(21, 30)), ..game };
        assert_eq!(known.box_known_at(), slate.plus_days(1).at(0, 30));
        assert_eq!(known.side_of(known.away), Some((known.home, Venue::Away)));
        assert_eq!(known.side_of("BOS".parse().unwrap()), None);
    }
}
