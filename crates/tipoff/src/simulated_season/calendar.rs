//! The calendar: a season's games from October to April, with its days off, its holidays and its break.

use std::collections::BTreeMap;

use domain::{Game, GameDate};
use jiff::SignedDuration;
use jiff::civil::Weekday;
use runtime::simulation::Chance;

/// So many days from the first to the last.
const DAYS: i32 = 174;

/// Nobody plays: an election, Thanksgiving, Christmas Eve, the All-Star break, the college final.
const OFF: [&str; 9] = [
    "2024-11-05",
    "2024-11-28",
    "2024-12-24",
    "2025-02-14",
    "2025-02-15",
    "2025-02-16",
    "2025-02-17",
    "2025-02-18",
    "2025-04-07",
];

/// The first game starts at noon or one: Christmas, Martin Luther King's day.
const MATINEES: [&str; 2] = ["2024-12-25", "2025-01-20"];

const TEAMS: [&str; 30] = [
    "ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW", "HOU", "IND", "LAC", "LAL", "MEM", "MIA",
    "MIL", "MIN", "NOP", "NYK", "OKC", "ORL", "PHI", "PHX", "POR", "SAC", "SAS", "TOR", "UTA", "WAS",
];

/// The first day.
pub(super) fn opening() -> GameDate {
    "2024-10-22".parse().expect("a date")
}

/// The games of a season by slate, of the first so many slates.
pub(super) fn draw(seed: u64, slates: usize) -> BTreeMap<GameDate, Vec<Game>> {
    let days = (0..DAYS).map(|day| opening().plus_days(day));
    let played = days.filter(|day| !OFF.contains(&day.to_string().as_str()));
    let mut number = 0;
    let games_of = |slate: GameDate| {
        let mut chance = Chance::of(seed, &["games", &slate.to_string()], 0);
        let games: Vec<Game> =
            (0..2 + chance.below(11)).map(|place| game(slate, place, &mut number, &mut chance)).collect();
        (slate, games)
    };
    played.take(slates).map(games_of).collect()
}

fn game(slate: GameDate, place: usize, number: &mut u32, chance: &mut Chance) -> Game {
    *number += 1;
    let first = if MATINEES.contains(&slate.to_string().as_str()) {
        slate.at(12, 0)
    } else if slate.date().weekday() == Weekday::Sunday {
        slate.at(13, 0)
    } else {
        slate.at(19, 0)
    };
    let later = SignedDuration::from_mins(chance.one(&[0, 30, 60, 90, 180]));
    let team = |side: usize| TEAMS[(2 * place + side) % TEAMS.len()].parse().expect("a team's code");
    Game {
        id: format!("00224{number:05}").parse().expect("ten digits of a regular season"),
        slate,
        tipoff: Some(first + later),
        home: team(0),
        away: team(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_has_165_slates_from_october_to_april() {
        let games = draw(1, usize::MAX);
        let (first, last) = (games.keys().next().unwrap(), games.keys().next_back().unwrap());
        assert_eq!(
            (games.len(), first.to_string().as_str(), last.to_string().as_str()),
            (165, "2024-10-22", "2025-04-13")
        );
        assert!((900..1500).contains(&games.values().map(Vec::len).sum::<usize>()));
        assert_eq!(draw(1, 3).len(), 3);
    }
}
