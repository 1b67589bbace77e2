//! What a law is worth at a line: the shrink toward the market, fair odds, expected value, and over, under or pass.

mod best;
mod devig;
mod recommendation;
mod shrink;
mod stake;
mod wager;

pub use best::{Best, Posted, best_price};
pub use devig::{Devig, NoVig};
use domain::{Availability, DecimalOdds, HalfPoints, Probability, TwoWayPrice};
pub use recommendation::{PassReason, Recommendation, Thresholds};
pub use shrink::{MarketShrink, Settled};
pub use stake::Staking;
pub use wager::Wager;

use crate::CountLaw;
use crate::law::Settlement;

/// What a caller decides about prices; by default what published predictions use.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pricing {
    /// How the margin is taken out of a price.
    pub devig: Devig,
    /// What the law and the price say together.
    pub shrink: MarketShrink,
    /// How much better than its price a bet must be.
    pub thresholds: Thresholds,
}

/// A law priced at one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priced {
    /// The line.
    pub line: HalfPoints,
    /// How the law alone would settle it.
    pub settlement: Settlement,
    /// The over's probability unless pushed, shrunk to the price; nothing without a two-way price.
    pub blended_over: Option<Probability>,
    /// The prices it was shrunk to.
    pub price: Option<TwoWayPrice>,
}

impl Priced {
    /// Prices `law` at `line`, given the book's prices if both sides have one.
    pub fn at(law: &CountLaw, line: HalfPoints, price: Option<TwoWayPrice>, pricing: &Pricing) -> Self {
        let settlement = law.settle(line);
        let blended_over =
            price.map(|price| pricing.shrink.over(settlement.over_unless_push(), pricing.devig.over(price)));
        Self { line, settlement, blended_over, price }
    }

    /// The odds at which each side of a bet that is not pushed would break even by the law alone.
    pub fn fair_odds(&self) -> (Option<DecimalOdds>, Option<DecimalOdds>) {
        let over = self.settlement.over_unless_push();
        (DecimalOdds::fair(over), DecimalOdds::fair(over.complement()))
    }

    /// A bet on a side at the posted price, by the blended probability.
    pub fn wager(&self, side: Side) -> Option<Wager> {
        let (over, price) = (self.blended_over?, self.price?);
        let (probability, odds) = match side {
            Side::Over => (over, price.over),
            Side::Under => (over.complement(), price.under),
        };
        Some(Wager { odds, probability, push: self.settlement.push })
    }

    /// Over, under or pass: the side whose blended probability beats its break-even by its threshold, if one does.
    pub fn recommend(&self, availability: Availability, thresholds: Thresholds) -> Recommendation {
        if availability == Availability::Out {
            return Recommendation::Pass(PassReason::ListedOut);
        }
        let (Some(over), Some(under)) = (self.wager(Side::Over), self.wager(Side::Under)) else {
            return Recommendation::Pass(PassReason::NoPrice);
        };
        thresholds.side(over, under).map_or(Recommendation::Pass(PassReason::NoEdge), Recommendation::Bet)
    }
}

/// A side of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// More than the line.
    Over,
    /// Less than the line.
    Under,
}

impl Side {
    /// Over, then under.
    pub const BOTH: [Self; 2] = [Self::Over, Self::Under];

    /// The other side.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Over => Self::Under,
            Self::Under => Self::Over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VarianceCurve;

    fn price(over: f64, under: f64) -> Option<TwoWayPrice> {
        Some(TwoWayPrice { over: DecimalOdds::new(over)?, under: DecimalOdds::new(under)? })
    }

    fn priced(mean: f64, line: f64, price: Option<TwoWayPrice>) -> Priced {
        let law = CountLaw::negative_binomial(mean, VarianceCurve::POINTS);
        Priced::at(&law, HalfPoints::from_points(line).unwrap(), price, &Pricing::default())
    }

    fn check(mean: f64, line: f64, odds: Option<TwoWayPrice>, expected: Recommendation) {
        assert_eq!(
            priced(mean, line, odds).recommend(Availability::Available, Thresholds::default()),
            expected,
            "{mean} against {line}"
        );
    }

    #[test]
    fn a_pick_must_beat_its_price() {
        let even = price(1.91, 1.91);
        check(20.0, 19.5, even, Recommendation::Pass(PassReason::NoEdge));
        check(30.0, 19.5, even, Recommendation::Bet(Side::Over));
        check(10.0, 19.5, even, Recommendation::Bet(Side::Under));
        check(30.0, 19.5, price(1.50, 2.60), Recommendation::Bet(Side::Over));
        check(30.0, 19.5, None, Recommendation::Pass(PassReason::NoPrice));
    }

    #[test]
    fn nobody_bets_on_a_player_listed_out() {
        let generous = priced(30.0, 19.5, price(1.91, 1.91));
        assert_eq!(
            generous.recommend(Availability::Out, Thresholds::default()),
            Recommendation::Pass(PassReason::ListedOut)
        );
    }

    #[test]
    fn the_blend_lies_between_law_and_market() {
        let priced = priced(26.0, 19.5, price(1.91, 1.91));
        let (law, blended) = (priced.settlement.over.get(), priced.blended_over.unwrap().get());
        assert!(0.5 < blended && blended < law, "{law} {blended}");
    }

    #[test]
    fn fair_odds_leave_nothing_to_win() {
        let priced = priced(20.0, 19.5, None);
        let (over, under) = priced.fair_odds();
        assert!((over.unwrap().decimal() * priced.settlement.over.get() - 1.0).abs() < 1e-3);
        assert!((under.unwrap().decimal() * priced.settlement.under.get() - 1.0).abs() < 1e-3);
    }
}
