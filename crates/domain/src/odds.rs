//! Prices: decimal odds as exact numbers, and what a two-way price says once the margin is taken out.

use std::fmt;

use crate::Probability;

/// Decimal odds, exact to a ten-thousandth: the pay-out per unit staked, stake included. Always above 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecimalOdds(u32);

const TEN_THOUSANDTHS: f64 = 10_000.0;

impl DecimalOdds {
    /// From the decimal number a book posts, rounded to four places; nothing unless it is above 1 and below 10,000.
    pub fn new(decimal: f64) -> Option<Self> {
        (1.0..10_000.0)
            .contains(&decimal)
            .then(|| Self((decimal * TEN_THOUSANDTHS).round() as u32))
            .filter(|odds| (10_001..100_000_000).contains(&odds.0))
    }

    /// The pay-out per unit staked.
    pub fn decimal(self) -> f64 {
        f64::from(self.0) / TEN_THOUSANDTHS
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

    /// The no-vig probability of the over by the multiplicative method: both sides scaled down alike.
    pub fn fair_over(self) -> Probability {
        let (over, under) = (self.over.break_even().get(), self.under.break_even().get());
        Probability::clamped(over / (over + under))
    }
}

#[cfg(test)]
mod tests {
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
    fn the_usual_price_on_both_sides_is_a_coin_with_a_margin() {
        let minus_110 = DecimalOdds::new(1.909_1).unwrap();
        let price = TwoWayPrice { over: minus_110, under: minus_110 };
        assert!((price.margin() - 0.0476).abs() < 1e-4);
        assert!((price.fair_over().get() - 0.5).abs() < 1e-12);
        assert!((minus_110.break_even().get() - 0.5238).abs() < 1e-4);
    }

    #[test]
    fn the_fair_probabilities_of_both_sides_sum_to_one() {
        let price = TwoWayPrice { over: DecimalOdds::new(1.74).unwrap(), under: DecimalOdds::new(2.1).unwrap() };
        let mirrored = TwoWayPrice { over: price.under, under: price.over };
        assert!((price.fair_over().get() + mirrored.fair_over().get() - 1.0).abs() < 1e-12);
        assert!(price.fair_over().get() > 0.5);
    }
}
