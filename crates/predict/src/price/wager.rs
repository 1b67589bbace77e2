//! What a bet is worth: edge, expected value, Kelly's stake.

use domain::{DecimalOdds, Probability};

/// A bet on one side at a price, and how likely it is to be won.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wager {
    /// What it pays.
    pub odds: DecimalOdds,
    /// How likely it is won, unless it is pushed.
    pub probability: Probability,
    /// How likely it is pushed: the stake is paid back.
    pub push: Probability,
}

impl Wager {
    /// By how much its probability exceeds the price's break-even.
    pub fn edge(self) -> f64 {
        self.probability.get() - self.odds.break_even().get()
    }

    /// Expected profit per unit staked.
    pub fn expected_value(self) -> f64 {
        let decided = 1.0 - self.push.get();
        decided * (self.probability.get() * self.odds.decimal() - 1.0)
    }

    /// The fraction of the bankroll that makes it grow fastest in the long run (Kelly 1956), if the probability is
    /// right; nothing is staked on what does not pay. A push changes nothing about it.
    pub fn kelly(self) -> f64 {
        let profit = self.odds.decimal() - 1.0;
        ((self.probability.get() * self.odds.decimal() - 1.0) / profit).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wager(decimal: f64, probability: f64) -> Wager {
        Wager {
            odds: DecimalOdds::new(decimal).unwrap(),
            probability: Probability::new(probability).unwrap(),
            push: Probability::ZERO,
        }
    }

    /// en.wikipedia.org/wiki/Kelly_criterion (six in ten at even money: a fifth), and the tests of
    /// github.com/martineastwood/penaltyblog (test/test_kelly_criterion.py: 0.02 at 3.5, nothing at 1.8).
    #[test]
    fn kelly_is_as_published() {
        for (decimal, probability, published, tolerance) in
            [(2.0, 0.6, 0.2, 1e-12), (3.5, 0.3, 0.02, 5e-3), (1.8, 0.4, 0.0, 1e-12)]
        {
            let kelly = wager(decimal, probability).kelly();
            assert!((kelly - published).abs() < tolerance, "{kelly} at {decimal}");
        }
    }

    /// What Kelly's fraction is for: no other makes the bankroll's logarithm grow faster.
    #[test]
    fn no_other_stake_grows_faster() {
        for (decimal, probability) in [(1.91, 0.56), (3.5, 0.35), (1.2, 0.9)] {
            let growth =
                |stake: f64| probability * ((decimal - 1.0) * stake).ln_1p() + (1.0 - probability) * (-stake).ln_1p();
            let kelly = wager(decimal, probability).kelly();
            assert!(growth(kelly) > growth(kelly - 1e-3) && growth(kelly) > growth(kelly + 1e-3), "{kelly}");
        }
    }

    #[test]
    fn a_push_takes_its_share_of_the_expected_value_and_none_of_the_edge() {
        let whole = wager(2.0, 0.55);
        let pushed = Wager { push: Probability::new(0.1).unwrap(), ..whole };
        assert!((whole.expected_value() - 0.1).abs() < 1e-12 && (pushed.expected_value() - 0.09).abs() < 1e-12);
        assert_eq!((whole.edge(), whole.kelly()), (pushed.edge(), pushed.kelly()));
    }

    #[test]
    fn edge_value_and_stake_appear_together() {
        for probability in [0.1, 0.5, 0.52, 0.53, 0.9] {
            let wager = wager(1.91, probability);
            let signs = [wager.edge() > 0.0, wager.expected_value() > 0.0, wager.kelly() > 0.0];
            assert!(signs.iter().all(|sign| *sign == signs[0]), "{probability}: {signs:?}");
        }
    }
}
