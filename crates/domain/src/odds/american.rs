//! American odds, as books in the United States print prices.

use std::fmt;
use std::str::FromStr;

use super::{DecimalOdds, WHOLE, nearest};
use crate::ParseError;

/// American odds: +150 wins 150 on a stake of 100, -110 wins 100 on a stake of 110. Even money is +100, never -100.
///
/// To decimal odds and back nothing is lost from -1000 upward; below that the ten-thousandths of decimal odds lie
/// closer together than whole American numbers can tell apart, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AmericanOdds(i32);

/// The price whose decimal pay-out, 1.0001, is the lowest that exists.
const SHORTEST: i32 = -1_000_000;

/// The price whose decimal pay-out, 9,999.99, is the highest that exists.
const LONGEST: i32 = 999_899;

/// A hundredth of the stake, in ten-thousandths.
const HUNDREDTH: u32 = WHOLE / 100;

fn ratio(part: u32, whole: u32) -> u32 {
    nearest(part.into(), whole.into()) as u32
}

impl AmericanOdds {
    /// The price a book prints as `american`; nothing between -100 and +100, where no price is, and nothing that
    /// pays less than a ten-thousandth of the stake, or ten thousand times it.
    pub fn new(american: i32) -> Option<Self> {
        let price = matches!(american, SHORTEST..=-100 | 100..=LONGEST);
        price.then_some(Self(if american == -100 { 100 } else { american }))
    }

    /// The number a book prints.
    pub fn get(self) -> i32 {
        self.0
    }
}

impl From<AmericanOdds> for DecimalOdds {
    /// The nearest ten-thousandth: -110 pays 1.9091.
    fn from(american: AmericanOdds) -> Self {
        let number = american.0.unsigned_abs();
        Self(WHOLE + if american.0 > 0 { number * HUNDREDTH } else { ratio(100 * WHOLE, number) })
    }
}

impl From<DecimalOdds> for AmericanOdds {
    /// The nearest whole number: 1.95 is -105.
    fn from(DecimalOdds(decimal): DecimalOdds) -> Self {
        let profit = decimal - WHOLE;
        let american = match profit >= WHOLE {
            true => ratio(profit, HUNDREDTH) as i32,
            false => -(ratio(100 * WHOLE, profit) as i32),
        };
        Self::new(american.min(LONGEST))
            .expect("a profit of a stake or more is +100 or more, a smaller one -100 or less")
    }
}

impl FromStr for AmericanOdds {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let signed = text.starts_with(['+', '-']);
        let number = text.parse().ok().filter(|_| signed);
        number.and_then(Self::new).ok_or_else(|| {
            ParseError::new(text, "American odds: a sign and a whole number from 100 up, as +150 or -110")
        })
    }
}

impl fmt::Display for AmericanOdds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn american(text: &str) -> AmericanOdds {
        text.parse().unwrap()
    }

    /// Published conversions: betbetter.world/betting-academy/sports-betting-odds.aspx (+150, -200) and
    /// pypi.org/project/pybettor (-300, -175).
    #[test]
    fn published_prices_convert() {
        for (text, decimal, break_even) in
            [("+150", 2.5, 0.4), ("-200", 1.5, 0.6667), ("-300", 1.3333, 0.75), ("-175", 1.5714, 0.636_364)]
        {
            let odds = DecimalOdds::from(american(text));
            assert_eq!((odds.decimal(), AmericanOdds::from(odds)), (decimal, american(text)), "{text}");
            assert!((odds.break_even().get() - break_even).abs() < 5e-5, "{text}");
        }
    }

    #[test]
    fn nothing_is_lost_from_minus_a_thousand_upward() {
        for number in (-1_000..=LONGEST).filter_map(AmericanOdds::new) {
            assert_eq!(AmericanOdds::from(DecimalOdds::from(number)), number);
        }
    }

    #[test]
    fn every_decimal_price_has_an_american_one_that_pays_nearly_the_same() {
        for decimal in (WHOLE + 1..4 * WHOLE).chain(9_999 * WHOLE..10_000 * WHOLE).map(DecimalOdds) {
            let back = DecimalOdds::from(AmericanOdds::from(decimal));
            let profit = f64::from(decimal.0 - WHOLE);
            let off = f64::from(back.0.abs_diff(decimal.0)) / profit;
            assert!(off < 0.006, "{decimal:?} {back:?}");
        }
    }

    #[test]
    fn even_money_has_one_name() {
        assert_eq!(american("-100"), american("+100"));
        assert_eq!(AmericanOdds::from(DecimalOdds(19_999)).to_string(), "+100");
    }

    #[test]
    fn what_is_no_price_is_refused_with_examples() {
        for text in ["110", "-99", "+0", "", "-", "+1.5", "--110", "even", "-2000000", "+1000000"] {
            let error = text.parse::<AmericanOdds>().unwrap_err();
            assert!(error.to_string().contains("+150 or -110"), "{error}");
        }
    }
}
