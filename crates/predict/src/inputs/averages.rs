//! Exponentially weighted averages of what a player did, at several horizons at once.

use domain::{Fraction, Market, Role};

use crate::snapshot::PlayedGame;

/// What is averaged of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stat {
    /// The game itself: the sum of the weights.
    Games,
    Minutes,
    /// What the market counts.
    Count,
    CountSquared,
    MinutesSquared,
    Shots,
    Threes,
    FreeThrows,
    Rebounds,
    Assists,
    Turnovers,
    Fouls,
    Points,
    Usage,
    PlusMinus,
    Starts,
}

const STATS: usize = Stat::Starts as usize + 1;

/// How long a game is remembered: the weight of each earlier game is a constant share of the next one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Horizon {
    /// The newest game weighs 2 %.
    Fifty,
    /// 5 %.
    Twenty,
    /// 10 %.
    Ten,
    /// 20 %.
    Five,
    /// 40 %.
    Two,
}

const KEPT: [f64; 5] = [0.98, 0.95, 0.90, 0.80, 0.60];

/// Weighted sums over a player's games so far, by horizon.
#[derive(Debug, Clone, Default)]
pub(super) struct Averages([[f64; STATS]; KEPT.len()]);

impl Averages {
    /// Takes in the next game.
    pub(super) fn observe(&mut self, game: &PlayedGame<'_>, market: Market) {
        let seen = stats(game, market);
        for (sums, kept) in self.0.iter_mut().zip(KEPT) {
            for (sum, stat) in sums.iter_mut().zip(seen) {
                *sum = *sum * kept + stat;
            }
        }
    }

    fn sum(&self, horizon: Horizon, stat: Stat) -> f64 {
        self.0[horizon as usize][stat as usize]
    }

    /// The average of a statistic a game.
    pub(super) fn mean(&self, horizon: Horizon, stat: Stat) -> Option<f64> {
        let games = self.sum(horizon, Stat::Games);
        (games > 0.0).then(|| self.sum(horizon, stat) / games)
    }

    /// The average of a statistic a minute on court.
    pub(super) fn per_minute(&self, horizon: Horizon, stat: Stat) -> Option<f64> {
        self.ratio(horizon, stat, Stat::Minutes)
    }

    /// One statistic for each of another.
    pub(super) fn ratio(&self, horizon: Horizon, stat: Stat, whole: Stat) -> Option<f64> {
        let whole = self.sum(horizon, whole);
        (whole > 0.0).then(|| self.sum(horizon, stat) / whole)
    }

    /// The standard deviation of what the market counts.
    pub(super) fn count_deviation(&self, horizon: Horizon) -> Option<f64> {
        self.deviation(horizon, Stat::Count, Stat::CountSquared)
    }

    /// The standard deviation of the minutes.
    pub(super) fn minutes_deviation(&self, horizon: Horizon) -> Option<f64> {
        self.deviation(horizon, Stat::Minutes, Stat::MinutesSquared)
    }

    fn deviation(&self, horizon: Horizon, stat: Stat, squared: Stat) -> Option<f64> {
        let variance = self.mean(horizon, squared)? - self.mean(horizon, stat)?.powi(2);
        Some(variance.max(0.0).sqrt())
    }
}

fn stats(game: &PlayedGame<'_>, market: Market) -> [f64; STATS] {
    let line = game.line;
    let minutes = line.playtime.minutes();
    let count = f64::from(market.count(line));
    let mut stats = [0.0; STATS];
    let mut set = |stat: Stat, value: f64| stats[stat as usize] = value;
    set(Stat::Games, 1.0);
    set(Stat::Minutes, minutes);
    set(Stat::Count, count);
    set(Stat::CountSquared, count * count);
    set(Stat::MinutesSquared, minutes * minutes);
    set(Stat::Shots, f64::from(line.goals_attempted));
    set(Stat::Threes, f64::from(line.threes_attempted));
    set(Stat::FreeThrows, f64::from(line.free_throws_attempted));
    set(Stat::Rebounds, f64::from(line.rebounds()));
    set(Stat::Assists, f64::from(line.assists));
    set(Stat::Turnovers, f64::from(line.turnovers));
    set(Stat::Fouls, f64::from(line.fouls));
    set(Stat::Points, f64::from(line.points));
    // Usage is a share of possessions while on court: weighed by minutes, so that a minute of garbage time says little.
    set(Stat::Usage, game.summary.usage.map_or(0.0, Fraction::get) * minutes);
    set(Stat::PlusMinus, line.plus_minus.map_or(0.0, f64::from));
    set(Stat::Starts, if game.role() == Some(Role::Starter) { 1.0 } else { 0.0 });
    stats
}
