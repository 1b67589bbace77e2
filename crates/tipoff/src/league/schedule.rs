//! The league's schedule: every other day a game, some on consecutive days.

use std::collections::BTreeMap;

use domain::{Game, GameDate};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::people::Team;

/// Days of the season.
const DAYS: i32 = 150;

/// A scheduled game, by its teams' places.
pub(super) struct Fixture {
    pub(super) game: Game,
    pub(super) home: usize,
    pub(super) away: usize,
}

/// The first day.
pub(super) fn opening() -> GameDate {
    "2024-10-22".parse().expect("a date")
}

/// Draws the season, day by day.
pub(super) fn draw(random: &mut ChaCha8Rng, teams: &[Team]) -> BTreeMap<GameDate, Vec<Fixture>> {
    let mut last = vec![opening().plus_days(-3); teams.len()];
    let mut schedule = BTreeMap::new();
    let mut number = 0;
    for slate in (0..DAYS).map(|day| opening().plus_days(day)) {
        let mut ready: Vec<usize> =
            (0..teams.len()).filter(|team| random.random_bool(eagerness(slate.days_since(last[*team])))).collect();
        ready.shuffle(random);
        let fixtures: Vec<Fixture> = ready
            .chunks_exact(2)
            .map(|pair| {
                let (home, away) = (pair[0], pair[1]);
                number += 1;
                last[home] = slate;
                last[away] = slate;
                Fixture { game: game(random, teams, slate, number, home, away), home, away }
            })
            .collect();
        if !fixtures.is_empty() {
            schedule.insert(slate, fixtures);
        }
    }
    schedule
}

/// How likely a team plays, by the days since its last game.
fn eagerness(days: i32) -> f64 {
    match days {
        1 => 0.22,
        2 => 0.72,
        _ => 0.95,
    }
}

fn game(random: &mut ChaCha8Rng, teams: &[Team], slate: GameDate, number: u32, home: usize, away: usize) -> Game {
    let (hour, minute) = [(19, 0), (19, 30), (20, 0), (21, 0), (22, 0)][random.random_range(0..5)];
    Game {
        id: format!("00224{number:05}").parse().expect("ten digits of a regular season"),
        slate,
        tipoff: Some(slate.at(hour, minute)),
        home: teams[home].code,
        away: teams[away].code,
    }
}

/// When each team played last.
#[derive(Default)]
pub(super) struct Rest(BTreeMap<domain::Team, GameDate>);

impl Rest {
    /// Notes a slate's games.
    pub(super) fn note<'a>(&mut self, slate: GameDate, games: impl Iterator<Item = &'a Game>) {
        for game in games {
            self.0.insert(game.home, slate);
            self.0.insert(game.away, slate);
        }
    }

    /// Whether a team plays on consecutive days.
    pub(super) fn is_back_to_back(&self, team: domain::Team, slate: GameDate) -> bool {
        self.0.get(&team).is_some_and(|last| slate.days_since(*last) == 1)
    }
}
