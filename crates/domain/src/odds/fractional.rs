//! Fractional odds, as books in Britain print prices.

use std::fmt;

use super::{DecimalOdds, WHOLE, nearest};

/// Fractional odds: 10/11 wins 10 on a stake of 11. Of the fractions that pay the same ten-thousandth, the one with
/// the smallest stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FractionalOdds {
    profit: u64,
    stake: u64,
}

impl From<DecimalOdds> for FractionalOdds {
    fn from(DecimalOdds(decimal): DecimalOdds) -> Self {
        let (whole, profit) = (u64::from(WHOLE), u64::from(decimal - WHOLE));
        (1..=whole)
            .map(|stake| Self { profit: nearest(profit * stake, whole), stake })
            .find(|odds| nearest(odds.profit * whole, odds.stake) == profit)
            .expect("a profit in ten-thousandths is a fraction of ten thousand")
    }
}

impl fmt::Display for FractionalOdds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.profit, self.stake)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The usual fractions, and 4/7 for -175 of pypi.org/project/pybettor.
    #[test]
    fn prices_have_their_usual_fractions() {
        let check = |decimal, fraction: &str| {
            let odds = DecimalOdds::new(decimal).unwrap();
            assert_eq!(FractionalOdds::from(odds).to_string(), fraction);
            assert_eq!(fraction.parse(), Ok(odds));
        };
        check(1.909_1, "10/11");
        check(1.571_4, "4/7");
        check(2.0, "1/1");
        check(8.0, "7/1");
        check(2.375, "11/8");
        check(1.000_1, "1/6667");
        check(9_999.5, "19997/2");
    }
}
