//! Prices: decimal odds as exact numbers, the other notations, and the two prices of a line.

mod american;
mod fractional;

use std::fmt;
use std::str::FromStr;

pub use american::AmericanOdds;
pub use fractional::FractionalOdds;

use crate::{ParseError, Probability};

/// Decimal odds, exact to a ten-thousandth: the pay-out per unit staked, stake included. Always above 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecimalOdds(u32);

/// The stake, in ten-thousandths.
const WHOLE: u32 = 10_000;

impl DecimalOdds {
    /// From the decimal number a book posts, rounded to four places; nothing unless it is above 1 and below 10,000.
    pub fn new(decimal: f64) -> Option<Self> {
        (1.0..10_000.0)
            .contains(&decimal)
            .then(|| Self((decimal * f64::from(WHOLE)).round() as u32))
            .filter(|odds| (10_001..100_000_000).contains(&odds.0))
    }

    /// The price at which a bet of this probability breaks even; nothing where no price is that long or short.
    pub fn fair(probability: Probability) -> Option<Self> {
        Self::new(1.0 / probability.get())
    }

    /// The pay-out per unit staked.
    pub fn decimal(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }

    /// The probability at which a bet at this price breaks even; it contains the book's margin.
    pub fn break_even(self) -> Probability {
        Probability::clamped(1.0 / self.decimal())
    }
}

impl fmt::Display for DecimalOdds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.decimal())
    }
}

impl FromStr for DecimalOdds {
    type Err = ParseError;

    /// A price in any notation: +150 or -110, 1.91, 10/11. A whole number from 100 up without a sign is refused:
    /// most who write it mean American odds.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with(['+', '-']) {
            return text.parse::<AmericanOdds>().map(Self::from);
        }
        let decimal = match text.split_once('/') {
            Some((profit, stake)) => whole(profit).zip(whole(stake)).map(|(profit, stake)| 1.0 + profit / stake),
            None => text.parse().ok().filter(|_| whole(text).is_none_or(|number| number < 100.0)),
        };
        decimal.and_then(Self::new).ok_or_else(|| {
            ParseError::new(
                text,
                "a price: American with its sign (+150, -110), decimal (1.91, 150.0) or fractional (10/11)",
            )
        })
    }
}

fn whole(text: &str) -> Option<f64> {
    text.parse::<u32>().ok().map(f64::from)
}

/// The quotient rounded to a whole number, halves up.
fn nearest(part: u64, whole: u64) -> u64 {
    (part + whole / 2) / whole
}

/// The prices of both sides of one line at one book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoWayPrice {
    /// Price of the over.
    pub over: DecimalOdds,
    /// Price of the under.
    pub under: DecimalOdds,
}

impl TwoWayPrice {
    /// The book's margin: by how much the two break-even probabilities exceed one.
    pub fn margin(self) -> f64 {
        self.over.break_even().get() + self.under.break_even().get() - 1.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn single_precision_prices_become_exact() {
        let price = DecimalOdds::new(f64::from(1.95_f32)).unwrap();
        assert_eq!((price, price.decimal()), (DecimalOdds(19_500), 1.95));
        assert_eq!(price.to_string(), "1.95");
    }

    #[test]
    fn what_pays_nothing_is_no_price() {
        for decimal in [1.0, 0.0, -110.0, 1.000_01, f64::NAN, f64::INFINITY] {
            assert_eq!(DecimalOdds::new(decimal), None, "{decimal}");
        }
    }

    #[test]
    fn the_usual_price_on_both_sides_has_a_margin() {
        let minus_110: DecimalOdds = "-110".parse().unwrap();
        assert!((TwoWayPrice { over: minus_110, under: minus_110 }.margin() - 0.0476).abs() < 1e-4);
        assert!((minus_110.break_even().get() - 0.5238).abs() < 1e-4);
    }

    #[test]
    fn every_notation_names_the_same_price() {
        for text in ["-110", "1.9091", "10/11", "20/22"] {
            assert_eq!(text.parse(), Ok(DecimalOdds(19_091)), "{text}");
        }
        assert_eq!("150.0".parse(), Ok(DecimalOdds(1_500_000)));
    }

    #[test]
    fn what_names_no_price_is_refused_with_examples() {
        for text in ["110", "150", "1", "0.5", "", "1/0", "0/1", "/", "1/2/3", "-1/2", "NaN", "inf", "1e9", "even"] {
            let error = text.parse::<DecimalOdds>().unwrap_err();
            assert!(error.to_string().contains("+150"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-+/.0-9eE]{0,12}") {
            let _ = text.parse::<DecimalOdds>();
        }

        #[test]
        fn fractions_lose_nothing(decimal in WHOLE + 1..10_000 * WHOLE) {
            let odds = DecimalOdds(decimal);
            prop_assert_eq!(FractionalOdds::from(odds).to_string().parse(), Ok(odds));
        }
    }
}
