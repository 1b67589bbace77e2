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
#[derive(Clone)]
pub(super) struct Fixture {
    pub(super) game: Game,
    pub(super) home: usize,
    pub(super) away: usize,
}

/// The first day of the season that begins in a year.
pub(super) fn opening(year: i16) -> GameDate {
    GameDate::first_of(year, 10).plus_days(21)
}

/// Draws the season that begins in a year, day by day.
pub(super) fn draw(random: &mut ChaCha8Rng, teams: &[Team], year: i16) -> BTreeMap<GameDate, Vec<Fixture>> {
    let mut last = vec![opening(year).plus_days(-3); teams.len()];
    let mut schedule = BTreeMap::new();
    let mut number = 0;
    for slate in (0..DAYS).map(|day| opening(year).plus_days(day)) {
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
                Fixture { game: game(random, teams, (year, slate, number), home, away), home, away }
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

fn game(
    random: &mut ChaCha8Rng,
    teams: &[Team],
    (year, slate, number): (i16, GameDate, u32),
    home: usize,
    away: usize,
) -> Game {
    let (hour, minute) = [(19, 0), (19, 30), (20, 0), (21, 0), (22, 0)][random.random_range(0..5)];
    Game {
        id: format!("002{:02}{number:05}", year % 100).parse().expect("ten digits of a regular season"),
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
