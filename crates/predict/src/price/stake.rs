//! How much to stake on several bets at once.

use std::collections::BTreeMap;

use domain::GameId;

use super::Wager;

/// How a bankroll is divided among the bets of a slate. All numbers are fractions of the bankroll, except Kelly's share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staking {
    /// How much of Kelly's fraction is staked. A share of a half or a quarter gives up a little growth for the case
    /// that the probabilities are worse than they look.
    pub kelly_share: f64,
    /// The most on one bet.
    pub bet_cap: f64,
    /// The most on all bets of one game: they win and lose together, by pace, overtime, a blow-out or a late scratch.
    pub game_cap: f64,
    /// The most on all bets of the slate: they are placed before any of them is settled.
    pub slate_cap: f64,
}

impl Default for Staking {
    fn default() -> Self {
        Self { kelly_share: 0.25, bet_cap: 0.02, game_cap: 0.05, slate_cap: 0.2 }
    }
}

impl Staking {
    /// The stake of one bet that is placed alone, as a fraction of the bankroll.
    pub fn stake(&self, wager: Wager) -> f64 {
        (self.kelly_share * wager.kelly()).min(self.bet_cap).min(self.game_cap).min(self.slate_cap)
    }

    /// The stakes of bets that are placed together, in their order, as fractions of the bankroll. What is too much
    /// for a game is scaled down alike over its bets, and then what is too much for the slate over all.
    pub fn stakes(&self, bets: &[(GameId, Wager)]) -> Vec<f64> {
        let alone: Vec<(GameId, f64)> =
            bets.iter().map(|(game, wager)| (*game, (self.kelly_share * wager.kelly()).min(self.bet_cap))).collect();
        let mut on_game = BTreeMap::new();
        for (game, stake) in &alone {
            *on_game.entry(*game).or_insert(0.0) += stake;
        }
        let in_game: Vec<f64> =
            alone.iter().map(|(game, stake)| stake * within(self.game_cap, on_game[game])).collect();
        let scale = within(self.slate_cap, in_game.iter().sum());
        in_game.into_iter().map(|stake| stake * scale).collect()
    }
}

/// The factor that brings a total down to its cap.
fn within(cap: f64, total: f64) -> f64 {
    if total > cap { cap / total } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use domain::{DecimalOdds, Probability};
    use proptest::prelude::*;

    use super::*;

    const STAKING: Staking = Staking { kelly_share: 0.25, bet_cap: 0.02, game_cap: 0.03, slate_cap: 0.05 };

    fn bet(game: u32, probability: f64) -> (GameId, Wager) {
        let wager = Wager {
            odds: DecimalOdds::new(2.0).unwrap(),
            probability: Probability::new(probability).unwrap(),
            push: Probability::ZERO,
        };
        (format!("{:010}", 22_400_000 + game).parse().unwrap(), wager)
    }

    fn check(bets: &[(GameId, Wager)], expected: &[f64]) {
        let stakes = STAKING.stakes(bets);
        let near = stakes.iter().zip(expected).all(|(stake, expected)| (stake - expected).abs() < 1e-12);
        assert!(near && stakes.len() == expected.len(), "{stakes:?}, not {expected:?}");
    }

    /// Kelly at even money is twice the edge over a half.
    #[test]
    fn a_quarter_of_kelly_is_staked_up_to_the_cap_of_a_bet() {
        check(&[bet(1, 0.51)], &[0.005]);
        check(&[bet(1, 0.60)], &[0.02]);
        check(&[bet(1, 0.50)], &[0.0]);
        check(&[], &[]);
        assert_eq!(STAKING.stakes(&[bet(1, 0.51)]), [STAKING.stake(bet(1, 0.51).1)]);
    }

    #[test]
    fn bets_on_one_game_share_what_the_game_may_cost() {
        check(&[bet(1, 0.60), bet(1, 0.60), bet(1, 0.54)], &[0.01, 0.01, 0.01]);
        check(&[bet(1, 0.60), bet(2, 0.60)], &[0.02, 0.02]);
        check(&[bet(1, 0.60), bet(1, 0.52)], &[0.02, 0.01]);
    }

    #[test]
    fn a_full_slate_is_scaled_down_after_its_games() {
        check(
            &[bet(1, 0.60), bet(1, 0.60), bet(2, 0.60), bet(3, 0.60)],
            &[0.015, 0.015, 0.02, 0.02].map(|stake| stake / 0.07 * 0.05),
        );
    }

    proptest! {
        #[test]
        fn no_cap_is_ever_exceeded(bets in prop::collection::vec((0_u32..4, 0.3..0.99), 0..20)) {
            let bets: Vec<_> = bets.into_iter().map(|(game, probability)| bet(game, probability)).collect();
            let stakes = STAKING.stakes(&bets);
            prop_assert!(stakes.iter().all(|stake| (0.0..=STAKING.bet_cap).contains(stake)));
            prop_assert!(stakes.iter().sum::<f64>() <= STAKING.slate_cap + 1e-12);
            for (game, _) in &bets {
                let on_game: f64 = bets.iter().zip(&stakes).filter(|((other, _), _)| other == game).map(|(_, stake)| stake).sum();
                prop_assert!(on_game <= STAKING.game_cap + 1e-12);
            }
        }
    }
}
