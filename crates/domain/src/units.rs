//! Units as types: shares, probabilities, days of rest, playing time.

use std::fmt;

/// A share of a whole, 0 to 1; never per cent.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Fraction(f64);

impl Fraction {
    /// `part` of `whole`, or nothing when the whole is not positive or the part is outside it.
    pub fn of(part: f64, whole: f64) -> Option<Self> {
        (whole > 0.0).then(|| part / whole).filter(|share| (0.0..=1.0).contains(share)).map(Self)
    }

    /// The share as a number from 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// How likely something is, 0 to 1. Finite by construction.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// Certainly not.
    pub const ZERO: Self = Self(0.0);

    /// The probability `p`, if it is one.
    pub fn new(p: f64) -> Option<Self> {
        (0.0..=1.0).contains(&p).then_some(Self(p))
    }

    /// `p` after rounding noise of a sum is cut off.
    ///
    /// # Panics
    /// When `p` is not a number, or off by more than rounding can explain: then the sum itself is wrong.
    pub fn clamped(p: f64) -> Self {
        assert!((-1e-6..=1.0 + 1e-6).contains(&p), "{p} is not a probability up to rounding");
        Self(p.clamp(0.0, 1.0))
    }

    /// The number from 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability of the opposite.
    #[must_use]
    pub fn complement(self) -> Self {
        Self(1.0 - self.0)
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} %", self.0 * 100.0)
    }
}

/// Full days off between two games of one subject: 0 is a back-to-back. Players and teams share this unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RestDays(u16);

impl RestDays {
    /// From the dates' difference: games on consecutive days leave 0 days of rest.
    /// Nothing when the later game is not on a later date.
    pub fn from_gap(days_between_games: i32) -> Option<Self> {
        u16::try_from(days_between_games - 1).ok().map(Self)
    }

    /// Full days off.
    pub fn days(self) -> u16 {
        self.0
    }

    /// Played yesterday.
    pub fn is_back_to_back(self) -> bool {
        self.0 == 0
    }
}

/// Time on court, exact to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Playtime(u16);

impl Playtime {
    /// `seconds` on court.
    pub fn from_seconds(seconds: u16) -> Self {
        Self(seconds)
    }

    /// Decimal minutes (`34.5` is 34:30), rounded to the second. Nothing outside 0 to 100 minutes: the longest
    /// player-game in the league's history is 69.
    pub fn from_minutes(minutes: f64) -> Option<Self> {
        (0.0..100.0).contains(&minutes).then(|| Self((minutes * 60.0).round() as u16))
    }

    /// Seconds on court.
    pub fn seconds(self) -> u16 {
        self.0
    }

    /// Decimal minutes.
    pub fn minutes(self) -> f64 {
        f64::from(self.0) / 60.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_days_are_a_back_to_back_for_players_and_teams_alike() {
        assert!(RestDays::from_gap(1).unwrap().is_back_to_back());
        assert_eq!(RestDays::from_gap(3).unwrap().days(), 2);
        assert_eq!(RestDays::from_gap(0), None);
    }

    #[test]
    fn per_cent_is_not_a_fraction() {
        assert_eq!(Fraction::of(40.0, 1.0), None);
        assert_eq!(Fraction::of(2.0, 5.0).map(Fraction::get), Some(0.4));
        assert_eq!(Fraction::of(0.0, 0.0), None);
    }

    #[test]
    fn probabilities_are_finite() {
        assert_eq!(Probability::new(f64::NAN), None);
        assert_eq!(Probability::new(1.2), None);
        assert_eq!(Probability::clamped(1.0 + 1e-9).get(), 1.0);
    }

    #[test]
    fn minutes_keep_their_seconds() {
        assert_eq!(Playtime::from_minutes(20.733_299).map(Playtime::seconds), Some(1244));
        assert_eq!(Playtime::from_minutes(-1.0), None);
        assert_eq!(Playtime::from_minutes(f64::NAN), None);
    }
}
