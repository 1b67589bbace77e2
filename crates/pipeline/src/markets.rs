//! The markets that nights are about: points always, others as the operator sets.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use domain::{Market, ParseError};

/// The market that every night is about: the headline, and what the guard and external systems are asked about.
pub const MARKET: Market = Market::Points;

/// The markets that models are trained for, [`MARKET`] among them. A night forecasts those its month has models of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markets(BTreeSet<Market>);

impl Markets {
    /// All of them, in the order of [`Market::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Market> + '_ {
        self.0.iter().copied()
    }

    /// Those besides [`MARKET`].
    pub fn others(&self) -> impl Iterator<Item = Market> + '_ {
        self.iter().filter(|market| *market != MARKET)
    }
}

impl Default for Markets {
    fn default() -> Self {
        Self(BTreeSet::from([MARKET]))
    }
}

impl fmt::Display for Markets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Market::code).collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Markets {
    type Err = ParseError;

    /// Names separated by commas.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let markets: BTreeSet<Market> = text.split(',').map(|name| name.trim().parse()).collect::<Result<_, _>>()?;
        let has_headline = markets.contains(&MARKET);
        has_headline
            .then_some(Self(markets))
            .ok_or_else(|| ParseError::new(text, "a list of markets, points among them"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_markets_reads_back_without_repetitions() {
        let markets: Markets = "rebounds, points,pra,points".parse().unwrap();
        assert_eq!(markets.to_string(), "points,rebounds,pra");
        assert_eq!(markets.others().collect::<Vec<_>>(), [Market::Rebounds, Market::PointsReboundsAssists]);
        assert_eq!(markets.to_string().parse(), Ok(markets));
        assert_eq!(Markets::default().to_string(), "points");
    }

    #[test]
    fn a_list_without_points_or_with_an_unknown_name_is_refused() {
        for text in ["rebounds", "", "points,dunks", "points,"] {
            assert!(text.parse::<Markets>().is_err(), "{text}");
        }
    }
}
