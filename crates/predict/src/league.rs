//! League averages: what a rating or a shooting percentage is compared with.

use domain::{GameDate, Zone, ZoneShots};

use crate::Snapshot;

/// Games of one team that a rating is averaged over, for a team and, thirty-fold, for the league.
pub(crate) const RATING_WINDOW: usize = 15;
/// The original averages the league over 30 days, which are empty each October. The newest 15 games of each
/// team cover about the same span in mid-season and exist on opening night.
const MIN_TEAM_GAMES: usize = 5 * RATING_WINDOW;

/// Averages over the newest games of all teams.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LeagueBaseline {
    /// Points allowed per 100 possessions.
    pub defensive_rating: Option<f64>,
    /// Possessions per 48 minutes.
    pub pace: Option<f64>,
    zones: ZoneShots32,
}

/// Shots by zone, summed over more games than sixteen bits can count.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct ZoneShots32 {
    made: [u32; 3],
    attempted: [u32; 3],
}

impl ZoneShots32 {
    pub(crate) fn add(&mut self, shots: &ZoneShots) {
        for (index, zone) in Zone::ALL.into_iter().enumerate() {
            self.made[index] += u32::from(shots.zone(zone).made);
            self.attempted[index] += u32::from(shots.zone(zone).attempted);
        }
    }

    /// Shooting percentage in a zone, 0 to 100.
    pub(crate) fn percentage(&self, zone: Zone) -> Option<f64> {
        let index = Zone::ALL.iter().position(|z| *z == zone)?;
        (self.attempted[index] > 0).then(|| 100.0 * f64::from(self.made[index]) / f64::from(self.attempted[index]))
    }
}

impl LeagueBaseline {
    pub(crate) fn of(snapshot: &Snapshot<'_>) -> Self {
        let mut zones = ZoneShots32::default();
        let (mut ratings, mut paces, mut games) = (0.0, 0.0, 0_usize);
        for game in snapshot.all_defenses().flat_map(|games| games.iter().take(RATING_WINDOW)) {
            ratings += game.defensive_rating;
            paces += game.pace;
            games += 1;
            if let Some(shots) = &game.zones_allowed {
                zones.add(shots);
            }
        }
        if games < MIN_TEAM_GAMES {
            return Self::default();
        }
        Self { defensive_rating: Some(ratings / games as f64), pace: Some(paces / games as f64), zones }
    }

    /// A league of this rating and pace, for tests.
    #[cfg(test)]
    pub(crate) fn rated(defensive_rating: f64, pace: f64) -> Self {
        Self { defensive_rating: Some(defensive_rating), pace: Some(pace), ..Self::default() }
    }

    /// Shooting percentage in a zone, 0 to 100.
    pub fn percentage(&self, zone: Zone) -> Option<f64> {
        self.zones.percentage(zone)
    }
}

/// An exponentially weighted mean: each value weighs a constant share of the next one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    /// Takes in the next value; what came before keeps this share of its weight.
    pub(crate) fn observe(&mut self, value: f64, kept: f64) {
        self.sum = self.sum * kept + value;
        self.weight = self.weight * kept + 1.0;
    }

    /// The mean of what was observed.
    pub(crate) fn get(self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.sum / self.weight)
    }
}

/// A defence against the league's mean: the tiers that make games comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefenseTier {
    /// At least 2.5 points per 100 possessions better than the league.
    Elite,
    /// Within 2.5 points of it.
    Average,
    /// At least 2.5 points worse.
    Weak,
}

impl DefenseTier {
    /// All tiers, from the hardest to score against to the easiest.
    pub const ALL: [Self; 3] = [Self::Elite, Self::Average, Self::Weak];

    /// The original's borders were 110 and 115 around a mean of 112.5; the mean moves, so the borders do.
    pub fn of(defensive_rating: f64, league_mean: f64) -> Self {
        match defensive_rating - league_mean {
            below if below <= -2.5 => Self::Elite,
            above if above >= 2.5 => Self::Weak,
            _ => Self::Average,
        }
    }
}

/// A team's mean defensive rating over its newest games before a slate; nothing without at least three.
pub(crate) fn defensive_rating_before(snapshot: &Snapshot<'_>, team: domain::Team, slate: GameDate) -> Option<f64> {
    let games = snapshot.defense_before(team, slate);
    mean(games.iter().take(RATING_WINDOW).map(|game| game.defensive_rating), 3)
}

/// The mean of at least `min` values.
pub(crate) fn mean(values: impl Iterator<Item = f64>, min: usize) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count >= min.max(1)).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_move_with_the_league() {
        assert_eq!(DefenseTier::of(110.0, 114.0), DefenseTier::Elite);
        assert_eq!(DefenseTier::of(110.0, 110.0), DefenseTier::Average);
        assert_eq!(DefenseTier::of(117.0, 114.0), DefenseTier::Weak);
    }

    #[test]
    fn a_mean_needs_its_minimum() {
        assert_eq!(mean([1.0, 2.0].into_iter(), 3), None);
        assert_eq!(mean([1.0, 2.0, 6.0].into_iter(), 3), Some(3.0));
        assert_eq!(mean(std::iter::empty(), 0), None);
    }
}
