//! A player prop line: player, game, market, half-point line, two prices, book.

use std::fmt;
use std::ops::Add;
use std::sync::Arc;

use jiff::Timestamp;

use crate::known::Dated;
use crate::{DecimalOdds, GameDate, GameId, Market, PlayerId, Sportsbook, TwoWayPrice};

/// A line in half points, exact: 20.5 is 41 and 21 is 42, so they never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfPoints(i32);

impl HalfPoints {
    /// The line of that many half points.
    pub fn from_halves(halves: i32) -> Self {
        Self(halves)
    }

    /// The line a book prints, if it is a whole or half number of points below 1,000.
    pub fn from_points(points: f64) -> Option<Self> {
        let halves = points * 2.0;
        (halves.fract() == 0.0 && halves.abs() < 2_000.0).then_some(Self(halves as i32))
    }

    /// Number of half points.
    pub fn halves(self) -> i32 {
        self.0
    }

    /// The line in points.
    pub fn points(self) -> f64 {
        f64::from(self.0) / 2.0
    }

    /// A whole-number line can end in a push.
    pub fn can_push(self) -> bool {
        self.0 % 2 == 0
    }
}

impl Add<i32> for HalfPoints {
    type Output = Self;

    /// The line moved by so many half points.
    fn add(self, halves: i32) -> Self {
        Self(self.0 + halves)
    }
}

impl fmt::Display for HalfPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}", self.points())
    }
}

/// A book's main line is its one nearest to even odds; the rest of a ladder are alternates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineRole {
    /// Nearest to even odds for that book, player and moment.
    Main,
    /// Another rung of the book's ladder.
    Alternate,
}

/// One book's line on one player in one market, as seen at one moment. A moved line is another fact.
#[derive(Debug, Clone, PartialEq)]
pub struct PropLine {
    /// Which game.
    pub game: GameId,
    /// The date it is listed under.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Who offers it.
    pub book: Sportsbook,
    /// Feed the quote came through (`odds_api_T12h`, `dfs_lines`, ...).
    pub feed: Arc<str>,
    /// The line.
    pub line: HalfPoints,
    /// Main line or a rung of a ladder.
    pub role: LineRole,
    /// Price of the over, where offered.
    pub over: Option<DecimalOdds>,
    /// Price of the under, where offered.
    pub under: Option<DecimalOdds>,
    /// When the feed saw it; unknown for some feeds, which then never count as known before the game.
    pub observed_at: Option<Timestamp>,
}

/// What makes two quotes the same one: everything but its prices and its role.
pub type PropLineKey<'a> = (GameId, PlayerId, Market, Sportsbook, HalfPoints, &'a str, Option<Timestamp>);

impl PropLine {
    /// What makes two quotes the same one.
    pub fn key(&self) -> PropLineKey<'_> {
        (self.game, self.player, self.market, self.book, self.line, &self.feed, self.observed_at)
    }

    /// Both prices, where both sides are offered.
    pub fn two_way(&self) -> Option<TwoWayPrice> {
        Some(TwoWayPrice { over: self.over?, under: self.under? })
    }
}

impl Dated for PropLine {
    type Subject = (GameId, PlayerId);

    fn subject(&self) -> Self::Subject {
        (self.game, self.player)
    }

    fn slate(&self) -> GameDate {
        self.slate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_lines_never_meet() {
        let [half, whole] = [20.5, 21.0].map(|points| HalfPoints::from_points(points).unwrap());
        assert_eq!((half.halves(), whole.halves()), (41, 42));
        assert_eq!((half.to_string().as_str(), whole.to_string().as_str()), ("20.5", "21.0"));
        assert!(whole.can_push() && !half.can_push());
        assert_eq!(half + -4, HalfPoints::from_points(18.5).unwrap());
    }

    #[test]
    fn only_whole_and_half_points_are_lines() {
        for points in [20.25, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(HalfPoints::from_points(points), None, "{points}");
        }
    }
}
