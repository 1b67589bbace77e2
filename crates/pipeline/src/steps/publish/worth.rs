//! What a prediction is worth, as the documents say it: its spread, and its probability beside the price.

use predict::Side;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Slate, rounded};
use crate::rows::Prediction;

#[derive(JsonSchema, Serialize)]
pub(super) struct Worth {
    /// Whether the law itself has seen what the books say, or may have.
    saw_market: bool,
    /// Whether a system outside this program said it.
    external: bool,
    quantile_10: Option<u16>,
    quantile_50: Option<u16>,
    quantile_90: Option<u16>,
    /// Decimal odds at which each side would break even by the published probability.
    #[schemars(range(min = 1.0))]
    fair_over_odds: Option<f64>,
    #[schemars(range(min = 1.0))]
    fair_under_odds: Option<f64>,
    /// Probability less the price's break-even: of the recommended side, or else of the better one.
    probability_edge: Option<f64>,
    /// How likely he plays; all else is given that he does.
    #[schemars(range(min = 0.0, max = 1.0))]
    p_plays: Option<f64>,
    /// Fraction of the bankroll on the bet, among all bets of its system: a quarter of Kelly's, within the caps.
    #[schemars(range(min = 0.0, max = 1.0))]
    stake: Option<f64>,
}

impl Worth {
    /// Of a headline: its own spread, and the bet that is shown beside it.
    pub(super) fn of_bet(slate: &Slate<'_>, headline: &Prediction, bet: &Prediction) -> Self {
        let own = Self::of(slate, headline, None);
        let Self { fair_over_odds, fair_under_odds, probability_edge, stake, .. } =
            Self::of(slate, bet, slate.bet_stakes.get(&bet.id).copied());
        Self { fair_over_odds, fair_under_odds, probability_edge, stake, ..own }
    }

    pub(super) fn of(slate: &Slate<'_>, prediction: &Prediction, stake: Option<f64>) -> Self {
        let interval = slate.law(prediction).map(predict::CountLaw::interval_80);
        let fair = |side| Some(rounded(prediction.quote?.fair_odds(side)?.decimal()));
        Self {
            saw_market: prediction.system.saw_market(),
            external: prediction.system.is_external(),
            quantile_10: interval.map(|(low, _)| low),
            quantile_50: interval.map(|_| prediction.median),
            quantile_90: interval.map(|(_, high)| high),
            fair_over_odds: fair(Side::Over),
            fair_under_odds: fair(Side::Under),
            probability_edge: prediction.wager().map(|wager| rounded(wager.edge())),
            p_plays: prediction.p_plays.map(|p| rounded(p.get())),
            stake: stake.map(|stake| (stake * 1e5).round() / 1e5),
        }
    }
}
