//! Player-prop markets: which statistic a line is about.

use std::fmt;
use std::str::FromStr;

use crate::{ParseError, StatLine};

/// The statistic a prop line is about; a combination is the sum of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Market {
    /// Points.
    Points,
    /// Rebounds.
    Rebounds,
    /// Assists.
    Assists,
    /// Three-pointers made.
    Threes,
    /// Points + rebounds.
    PointsRebounds,
    /// Points + assists.
    PointsAssists,
    /// Rebounds + assists.
    ReboundsAssists,
    /// Points + rebounds + assists.
    PointsReboundsAssists,
}

impl Market {
    /// Every market.
    pub const ALL: [Self; 8] = [
        Self::Points,
        Self::Rebounds,
        Self::Assists,
        Self::Threes,
        Self::PointsRebounds,
        Self::PointsAssists,
        Self::ReboundsAssists,
        Self::PointsReboundsAssists,
    ];

    /// The name used in tables, documents and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Rebounds => "rebounds",
            Self::Assists => "assists",
            Self::Threes => "threes",
            Self::PointsRebounds => "pr",
            Self::PointsAssists => "pa",
            Self::ReboundsAssists => "ra",
            Self::PointsReboundsAssists => "pra",
        }
    }

    /// What a player's line counts in this market.
    pub fn count(self, line: &StatLine) -> u16 {
        let StatLine { points, offensive_rebounds, defensive_rebounds, assists, threes_made, .. } = *line;
        let rebounds = offensive_rebounds + defensive_rebounds;
        match self {
            Self::Points => points,
            Self::Rebounds => rebounds,
            Self::Assists => assists,
            Self::Threes => threes_made,
            Self::PointsRebounds => points + rebounds,
            Self::PointsAssists => points + assists,
            Self::ReboundsAssists => rebounds + assists,
            Self::PointsReboundsAssists => points + rebounds + assists,
        }
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Market {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|market| market.code() == text)
            .ok_or_else(|| ParseError::new(text, "a market: points, rebounds, assists, threes, pr, pa, ra or pra"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_add_up() {
        let line = StatLine {
            points: 20,
            offensive_rebounds: 2,
            defensive_rebounds: 5,
            assists: 9,
            threes_made: 3,
            ..StatLine::default()
        };
        let counts = Market::ALL.map(|market| market.count(&line));
        assert_eq!(counts, [20, 7, 9, 3, 27, 29, 16, 36]);
    }

    #[test]
    fn codes_read_back() {
        for market in Market::ALL {
            assert_eq!(market.code().parse::<Market>().unwrap(), market);
        }
        assert!("dunks".parse::<Market>().is_err());
    }
}
