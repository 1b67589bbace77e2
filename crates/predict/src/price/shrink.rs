//! The shrink of a law's probability toward the price, and how it is learned from what happened.

use domain::Probability;

use super::Side;
use crate::logistic::{self, logistic};

/// Log-odds of the over as a straight line through the law's and the no-vig price's: a logistic regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketShrink {
    /// Log-odds where both say even.
    pub intercept: f64,
    /// How much of the law's log-odds counts.
    pub law: f64,
    /// How much of the price's.
    pub price: f64,
}

/// A line whose outcome is known and was no push.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settled {
    /// The law's probability of the over unless pushed.
    pub law: Probability,
    /// The no-vig price's.
    pub price: Probability,
    /// The side that won.
    pub won: Side,
}

impl Default for MarketShrink {
    /// A market-free law is over-confident against a line by a factor of about three: a fitted blend gave it 0.20 to
    /// 0.25 of the log-odds and the no-vig price the rest.
    fn default() -> Self {
        Self { intercept: 0.0, law: 0.25, price: 0.75 }
    }
}

impl MarketShrink {
    /// The over's probability, given the law's and the no-vig price's.
    pub fn over(self, law: Probability, price: Probability) -> Probability {
        let at = self.intercept + self.law * logit(law) + self.price * logit(price);
        Probability::clamped(logistic(at))
    }

    /// The most likely coefficients behind these outcomes, held to the default ones: `ridge` is how much a squared
    /// step away from them must gain in log-likelihood, twice, and positive. Without rows it is the default.
    ///
    /// The same rows give the same bits: the sums run in the order of the rows.
    pub fn fit(rows: &[Settled], ridge: f64) -> Self {
        let ridge = ridge.max(f64::EPSILON);
        let rows: Vec<([f64; 3], f64)> = rows
            .iter()
            .map(|row| ([1.0, logit(row.law), logit(row.price)], if row.won == Side::Over { 1.0 } else { 0.0 }))
            .collect();
        let [intercept, law, price] = logistic::fit(&rows, ridge, Self::default().coefficients());
        Self { intercept, law, price }
    }

    fn coefficients(self) -> [f64; 3] {
        [self.intercept, self.law, self.price]
    }
}

/// Log-odds. Certainties count as one in a million, so that they do not outweigh everything.
fn logit(p: Probability) -> f64 {
    let p = p.get().clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logistic::dot;

    fn p(p: f64) -> Probability {
        Probability::new(p).unwrap()
    }

    /// Laws and prices on a grid; of each cell's lines exactly the share that `truth` says went over.
    fn season(truth: MarketShrink) -> Vec<Settled> {
        let grid = || (1..10).map(|tenth| p(f64::from(tenth) / 10.0));
        let cells = grid().flat_map(|law| grid().map(move |price| (law, price)));
        cells
            .flat_map(|(law, price)| {
                let overs = (truth.over(law, price).get() * 10_000.0).round() as u32;
                (0..10_000).map(move |line| {
                    let won = if line < overs { Side::Over } else { Side::Under };
                    Settled { law, price, won }
                })
            })
            .collect()
    }

    #[test]
    fn by_default_a_quarter_is_the_laws() {
        let shrunk = MarketShrink::default().over(p(0.8), p(0.5)).get();
        assert!((shrunk / (1.0 - shrunk) - 4.0_f64.powf(0.25)).abs() < 1e-12);
        let shrunk = MarketShrink::default().over(p(0.5), p(0.8)).get();
        assert!((shrunk / (1.0 - shrunk) - 4.0_f64.powf(0.75)).abs() < 1e-12);
    }

    #[test]
    fn the_truth_behind_a_season_is_found() {
        let truth = MarketShrink { intercept: -0.12, law: 0.4, price: 0.65 };
        let found = MarketShrink::fit(&season(truth), 1.0);
        for (found, truth) in found.coefficients().into_iter().zip(truth.coefficients()) {
            assert!((found - truth).abs() < 1e-3, "{found} {truth}");
        }
        assert_eq!(found, MarketShrink::fit(&season(truth), 1.0));
    }

    #[test]
    fn where_it_stops_nothing_pulls_any_more() {
        let rows: Vec<Settled> = [(0.7, 0.5, Side::Over), (0.6, 0.55, Side::Under), (0.2, 0.4, Side::Under)]
            .map(|(law, price, won)| Settled { law: p(law), price: p(price), won })
            .to_vec();
        let fitted = MarketShrink::fit(&rows, 2.0).coefficients();
        let prior = MarketShrink::default().coefficients();
        for i in 0..3 {
            let pull: f64 = rows
                .iter()
                .map(|row| {
                    let inputs = [1.0, logit(row.law), logit(row.price)];
                    let over = if row.won == Side::Over { 1.0 } else { 0.0 };
                    inputs[i] * (over - logistic(dot(inputs, fitted)))
                })
                .sum();
            assert!((pull - 2.0 * (fitted[i] - prior[i])).abs() < 1e-9, "{i}: {pull}");
        }
    }

    #[test]
    fn little_data_moves_little_and_none_nothing() {
        assert_eq!(MarketShrink::fit(&[], 10.0), MarketShrink::default());
        let one = MarketShrink::fit(&[Settled { law: p(0.9), price: p(0.5), won: Side::Over }], 100.0);
        assert!((one.law - 0.25).abs() < 0.02 && one.law > 0.25, "{one:?}");
    }

    /// All overs: without the ridge the likelihood would rise for ever.
    #[test]
    fn certainties_and_one_sided_seasons_give_numbers_all_the_same() {
        let rows: Vec<Settled> =
            [0.0, 0.5, 1.0].map(|law| Settled { law: p(law), price: p(1.0 - law), won: Side::Over }).to_vec();
        for ridge in [0.0, 1e-3, 1.0, 1e6] {
            let fitted = MarketShrink::fit(&rows, ridge);
            assert!(fitted.coefficients().iter().all(|number| number.is_finite()), "{ridge}: {fitted:?}");
        }
    }
}
