//! What a law is worth at a line: fair odds, the shrink toward the market, edge, and over, under or pass.

use std::fmt;

use domain::{Availability, DecimalOdds, HalfPoints, Probability, TwoWayPrice};

use crate::CountLaw;
use crate::law::Settlement;

/// A market-free law is over-confident against a line by a factor of about three: a fitted blend gives it 0.20 to
/// 0.25 of the log-odds and the no-vig price the rest. Published probabilities use this share.
const MODEL_SHARE: f64 = 0.25;

/// A pick needs its probability this far above the price's break-even.
const MARGIN: f64 = 0.02;

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
    pub fn at(law: &CountLaw, line: HalfPoints, price: Option<TwoWayPrice>) -> Self {
        let settlement = law.settle(line);
        let blended_over = price.map(|price| blend(settlement.over_unless_push(), price.fair_over()));
        Self { line, settlement, blended_over, price }
    }

    /// The odds at which each side of a bet that is not pushed would break even by the law alone.
    pub fn fair_odds(&self) -> (Option<DecimalOdds>, Option<DecimalOdds>) {
        let over = self.settlement.over_unless_push();
        let fair = |p: Probability| DecimalOdds::new(1.0 / p.get());
        (fair(over), fair(over.complement()))
    }

    /// Expected profit per unit staked on a side at the posted price, by the blended probability. A push pays back.
    pub fn expected_value(&self, side: Side) -> Option<f64> {
        let decided = 1.0 - self.settlement.push.get();
        Some(decided * (self.probability(side)?.get() * self.odds(side)?.decimal() - 1.0))
    }

    fn probability(&self, side: Side) -> Option<Probability> {
        let over = self.blended_over?;
        Some(match side {
            Side::Over => over,
            Side::Under => over.complement(),
        })
    }

    fn odds(&self, side: Side) -> Option<DecimalOdds> {
        let price = self.price?;
        Some(match side {
            Side::Over => price.over,
            Side::Under => price.under,
        })
    }

    /// Over, under or pass: the side whose blended probability beats its break-even by the margin, if one does.
    pub fn recommend(&self, availability: Availability) -> Recommendation {
        if availability == Availability::Out {
            return Recommendation::Pass(PassReason::ListedOut);
        }
        let Some(over) = self.blended_over else {
            return Recommendation::Pass(PassReason::NoPrice);
        };
        let clears = |side| {
            let probability = self.probability(side)?.get();
            Some(probability - self.odds(side)?.break_even().get() >= MARGIN)
        };
        let side = if over.get() >= 0.5 { Side::Over } else { Side::Under };
        // The likelier side is not always the better priced one.
        let other = if side == Side::Over { Side::Under } else { Side::Over };
        [side, other]
            .into_iter()
            .find(|side| clears(*side) == Some(true))
            .map_or(Recommendation::Pass(PassReason::NoEdge), Recommendation::Bet)
    }
}

/// Log-odds averaged: a quarter law, three quarters market.
fn blend(law: Probability, market: Probability) -> Probability {
    let logit = |p: Probability| {
        let p = p.get().clamp(1e-6, 1.0 - 1e-6);
        (p / (1.0 - p)).ln()
    };
    let mixed = MODEL_SHARE * logit(law) + (1.0 - MODEL_SHARE) * logit(market);
    Probability::clamped(1.0 / (1.0 + (-mixed).exp()))
}

/// A side of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// More than the line.
    Over,
    /// Less than the line.
    Under,
}

/// What a prediction says about a bet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recommendation {
    /// A side worth its price.
    Bet(Side),
    /// No bet.
    Pass(PassReason),
}

/// Why there is no bet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassReason {
    /// No book has a line on the player.
    NoLine,
    /// The line has no price on both sides.
    NoPrice,
    /// Neither side beats its price by the margin.
    NoEdge,
    /// The player is listed out.
    ListedOut,
}

impl Recommendation {
    const ALL: [Self; 6] = [
        Self::Bet(Side::Over),
        Self::Bet(Side::Under),
        Self::Pass(PassReason::NoLine),
        Self::Pass(PassReason::NoPrice),
        Self::Pass(PassReason::NoEdge),
        Self::Pass(PassReason::ListedOut),
    ];

    /// OVER, UNDER or PASS, as documents print it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bet(Side::Over) => "OVER",
            Self::Bet(Side::Under) => "UNDER",
            Self::Pass(_) => "PASS",
        }
    }

    /// Name in tables, reason included.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bet(Side::Over) => "over",
            Self::Bet(Side::Under) => "under",
            Self::Pass(PassReason::NoLine) => "pass_no_line",
            Self::Pass(PassReason::NoPrice) => "pass_no_price",
            Self::Pass(PassReason::NoEdge) => "pass_no_edge",
            Self::Pass(PassReason::ListedOut) => "pass_listed_out",
        }
    }

    /// The recommendation with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recommendation| recommendation.code() == code)
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
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
        Priced::at(&law, HalfPoints::from_points(line).unwrap(), price)
    }

    fn check(mean: f64, line: f64, odds: Option<TwoWayPrice>, expected: Recommendation) {
        assert_eq!(priced(mean, line, odds).recommend(Availability::Available), expected, "{mean} against {line}");
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
        assert_eq!(generous.recommend(Availability::Out), Recommendation::Pass(PassReason::ListedOut));
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

    #[test]
    fn codes_read_back() {
        for recommendation in Recommendation::ALL {
            assert_eq!(Recommendation::from_code(recommendation.code()), Some(recommendation));
        }
    }
}
