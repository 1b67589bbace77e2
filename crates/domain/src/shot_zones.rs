//! Where a player's shots came from.

use std::ops::{Add, AddAssign};

use crate::{GameDate, GameId, PlayerId};

/// Makes and attempts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shots {
    /// Shots made.
    pub made: u16,
    /// Shots taken.
    pub attempted: u16,
}

impl Shots {
    /// `made` of `attempted`, unless more were made than taken.
    pub fn new(made: u16, attempted: u16) -> Option<Self> {
        (made <= attempted).then_some(Self { made, attempted })
    }
}

impl Add for Shots {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { made: self.made + other.made, attempted: self.attempted + other.attempted }
    }
}

impl AddAssign for Shots {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// One player's shots in one game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerShots {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// His shots by zone.
    pub zones: ShotZones,
}

/// NBA.com's six zones of one player-game.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShotZones {
    /// Restricted area.
    pub restricted_area: Shots,
    /// In the paint outside the restricted area.
    pub paint: Shots,
    /// Mid-range.
    pub mid_range: Shots,
    /// Both corners, three points.
    pub corner_three: Shots,
    /// Three points above the break.
    pub above_break_three: Shots,
    /// Beyond half court.
    pub back_court: Shots,
}

impl ShotZones {
    /// The three zones that matchups are judged by.
    pub fn by_zone(self) -> ZoneShots {
        ZoneShots {
            paint: self.restricted_area + self.paint,
            mid_range: self.mid_range,
            three: self.corner_three + self.above_break_three + self.back_court,
        }
    }
}

/// The zones that matchups are judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Restricted area and the rest of the paint.
    Paint,
    /// Two-pointers outside the paint.
    MidRange,
    /// Behind the arc.
    Three,
}

impl Zone {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Paint, Self::MidRange, Self::Three];
}

/// Shots in each matchup zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZoneShots {
    /// Restricted area and the rest of the paint.
    pub paint: Shots,
    /// Two-pointers outside the paint.
    pub mid_range: Shots,
    /// Behind the arc.
    pub three: Shots,
}

impl ZoneShots {
    /// The shots of one zone.
    pub fn zone(&self, zone: Zone) -> Shots {
        match zone {
            Zone::Paint => self.paint,
            Zone::MidRange => self.mid_range,
            Zone::Three => self.three,
        }
    }

    /// Shots taken from anywhere.
    pub fn attempted(&self) -> u16 {
        self.paint.attempted + self.mid_range.attempted + self.three.attempted
    }
}

impl AddAssign for ZoneShots {
    fn add_assign(&mut self, other: Self) {
        self.paint += other.paint;
        self.mid_range += other.mid_range;
        self.three += other.three;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_zones_fold_into_three() {
        let shots = |made, attempted| Shots::new(made, attempted).unwrap();
        let zones = ShotZones {
            restricted_area: shots(3, 4),
            paint: shots(1, 2),
            mid_range: shots(0, 1),
            corner_three: shots(1, 1),
            above_break_three: shots(2, 5),
            back_court: shots(0, 1),
        }
        .by_zone();
        assert_eq!(Zone::ALL.map(|zone| zones.zone(zone)), [shots(4, 6), shots(0, 1), shots(3, 7)]);
        assert_eq!(zones.attempted(), 14);
        assert_eq!(Shots::new(2, 1), None);
    }
}
