//! Which games an edition is about, and which editions line-ups call for.
//!
//! Once the line-ups of a game are known, its forecasts are made anew, and no others': a *late edition* is about the games
//! whose line-ups became known in its minute. Any other edition is about all games. None is about a game that has started.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Cutoff, Edition, Game, GameDate, GameId, Known, LineupSpot};
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use predict::inputs::{Lineup, Sight};

/// What an edition is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Its games, as they were scheduled at its cutoff.
    pub games: Vec<Game>,
    /// The line-ups of those of them whose teams had told by then.
    pub lineups: BTreeMap<GameId, Lineup>,
    /// Why it is about these.
    pub reach: Reach,
}

/// How many of a slate's games an edition is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// All that have not started.
    #[default]
    Whole,
    /// Those whose line-ups have just become known.
    Late,
}

impl Coverage {
    /// What an edition is about. `games` and `spots` may hold any versions of the slate's.
    pub fn of(edition: Edition, games: &[Known<Game>], spots: &[Known<LineupSpot>]) -> Self {
        let Edition { slate, cutoff } = edition;
        let scheduled = Game::scheduled(games, slate, cutoff);
        let to_come: Vec<Game> =
            scheduled.filter(|game| Cutoff::at(game.earliest_tipoff()) > cutoff).cloned().collect();
        let told: BTreeMap<GameId, Lineup> =
            to_come.iter().filter_map(|game| Some((game.id, Lineup::told(game, spots, cutoff)?))).collect();
        let news = told_in_the_minute(spots, cutoff);
        let fresh = |game: &Game| told.contains_key(&game.id) && news.contains(&game.id);
        let late = Edition::scheduled(slate, games).cutoff < cutoff && to_come.iter().any(fresh);
        let games = if late { to_come.into_iter().filter(fresh).collect() } else { to_come };
        let about = |game: &GameId| games.iter().any(|one| one.id == *game);
        let lineups =
            told.iter().filter(|(game, _)| about(game)).map(|(game, lineup)| (*game, lineup.clone())).collect();
        Self { games, lineups, reach: if late { Reach::Late } else { Reach::Whole } }
    }

    /// Whether it is about a game.
    pub fn is_about(&self, game: GameId) -> bool {
        self.games.iter().any(|covered| covered.id == game)
    }

    /// How much is known of a game's line-ups.
    pub fn sight(&self, game: GameId) -> Sight {
        if self.lineups.contains_key(&game) { Sight::Late } else { Sight::Morning }
    }

    /// The models its forecasts need.
    pub fn sights(&self) -> BTreeSet<Sight> {
        let sights: BTreeSet<Sight> = self.games.iter().map(|game| self.sight(game.id)).collect();
        if sights.is_empty() { [Sight::Morning].into() } else { sights }
    }
}

/// The late editions of a slate that line-ups call for, oldest first.
pub fn late_editions(slate: GameDate, games: &[Known<Game>], spots: &[Known<LineupSpot>]) -> Vec<Edition> {
    let cutoffs: BTreeSet<Cutoff> = spots.iter().map(|spot| end_of_minute(spot.known_at())).collect();
    let editions = cutoffs.into_iter().map(|cutoff| Edition { slate, cutoff });
    editions.filter(|edition| Coverage::of(*edition, games, spots).reach == Reach::Late).collect()
}

/// The games about which something became known in the minute that ends with the cutoff.
fn told_in_the_minute(spots: &[Known<LineupSpot>], cutoff: Cutoff) -> BTreeSet<GameId> {
    spots.iter().filter(|spot| end_of_minute(spot.known_at()) == cutoff).map(Known::subject).collect()
}

/// Teams tell within seconds of each other: what becomes known within a minute makes one edition.
fn end_of_minute(instant: Timestamp) -> Cutoff {
    let minutes = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
    Cutoff::at(instant.round(minutes).unwrap_or(instant))
}

#[cfg(test)]
mod tests {
    use domain::{PlayerId, Provenance, Spot, Team};
    use jiff::SignedDuration;

    use super::*;

    fn slate() -> GameDate {
        "2025-01-15".parse().unwrap()
    }

    fn game(number: u32, hour: i8) -> Known<Game> {
        let [home, away] = teams(number);
        let id = format!("00224{number:05}").parse().unwrap();
        let game = Game { id, slate: slate(), tipoff: Some(slate().at(hour, 0)), home, away };
        Known::new(game, slate().plus_days(-2).at(0, 0), Provenance::Reconstructed)
    }

    fn teams(number: u32) -> [Team; 2] {
        [["BOS", "NYK"], ["DEN", "LAL"], ["MIA", "ORL"]][number as usize].map(|code| code.parse().unwrap())
    }

    /// Both line-ups of a game, told at an instant.
    fn told(number: u32, at: Timestamp) -> Vec<Known<LineupSpot>> {
        let spots = teams(number).into_iter().enumerate().flat_map(|(side, team)| {
            (0..8).map(move |index| LineupSpot {
                game: format!("00224{number:05}").parse().unwrap(),
                slate: slate(),
                player: PlayerId::new(100 * number + 10 * side as u32 + index),
                team,
                spot: if index < 5 { Spot::Starts } else { Spot::Bench },
            })
        });
        spots.map(|spot| Known::new(spot, at, Provenance::Observed)).collect()
    }

    fn about(cutoff: Timestamp, games: &[Known<Game>], spots: &[Known<LineupSpot>]) -> (Vec<String>, Reach) {
        let edition = Edition { slate: slate(), cutoff: Cutoff::at(cutoff) };
        let coverage = Coverage::of(edition, games, spots);
        (coverage.games.iter().map(|game| game.id.to_string()).collect(), coverage.reach)
    }

    fn ids(numbers: &[u32]) -> Vec<String> {
        numbers.iter().map(|number| format!("00224{number:05}")).collect()
    }

    #[test]
    fn a_late_edition_is_about_the_games_whose_line_ups_became_known_in_its_minute() {
        let at = |hour, minute| slate().at(hour, minute);
        let games = [game(0, 19), game(1, 19), game(2, 22)];
        let seconds = SignedDuration::from_secs(20);
        let spots = [told(0, at(18, 30)), told(1, at(18, 29) + seconds), told(2, at(21, 31))].concat();
        assert_eq!(about(at(13, 0), &games, &spots), (ids(&[0, 1, 2]), Reach::Whole));
        assert_eq!(about(at(18, 30), &games, &spots), (ids(&[0, 1]), Reach::Late));
        assert_eq!(about(at(18, 31), &games, &spots), (ids(&[0, 1, 2]), Reach::Whole), "nothing came in its minute");
        assert_eq!(about(at(21, 31), &games, &spots), (ids(&[2]), Reach::Late));
        assert_eq!(about(at(19, 0), &games, &spots), (ids(&[2]), Reach::Whole), "two have started");
        let cutoffs: Vec<Timestamp> =
            late_editions(slate(), &games, &spots).iter().map(|edition| edition.cutoff.instant()).collect();
        assert_eq!(cutoffs, [at(18, 30), at(21, 31)]);
    }

    #[test]
    fn what_is_told_of_a_game_under_way_or_before_the_morning_edition_calls_for_none() {
        let games = [game(0, 19)];
        let late = |at| late_editions(slate(), &games, &told(0, at));
        assert_eq!(late(slate().at(12, 40)), [], "the morning edition sees it");
        assert_eq!(late(slate().at(19, 0)), []);
        assert_eq!(late(slate().at(18, 59) + SignedDuration::from_secs(30)), [], "its minute ends at tip-off");
        let morning = Edition { slate: slate(), cutoff: Cutoff::at(slate().at(13, 0)) };
        let seen = Coverage::of(morning, &games, &told(0, slate().at(12, 40)));
        assert_eq!(seen.sights(), [Sight::Late].into());
    }

    #[test]
    fn half_a_line_up_is_none_and_a_change_of_it_is_news() {
        let games = [game(0, 19)];
        let mut spots = told(0, slate().at(18, 0));
        let (last, first) = (spots.remove(4), spots[0].clone());
        assert_eq!(late_editions(slate(), &games, &spots), [], "four starters");
        spots.push(last);
        assert_eq!(late_editions(slate(), &games, &spots).len(), 1);
        // A starter is scratched, and somebody from the bench starts in his place.
        let changed = |spot: &Known<LineupSpot>, as_what| {
            let before = *spot.open(Cutoff::at(slate().at(18, 0))).unwrap();
            Known::new(LineupSpot { spot: as_what, ..before }, slate().at(18, 40), Provenance::Observed)
        };
        let news = [changed(&first, Spot::Out), changed(&spots[5], Spot::Starts)];
        for place in [0, 5] {
            spots[place].supersede(slate().at(18, 40));
        }
        spots.extend(news);
        assert_eq!(late_editions(slate(), &games, &spots).len(), 2);
    }
}
