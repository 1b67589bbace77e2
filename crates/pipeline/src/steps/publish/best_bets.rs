//! `best-bets/{date}.json`: the bets of the system that sees the market, best expected value first.
//!
//! About whom it is silent, the headline system's bet counts.

use predict::{Recommendation, Side};
use schemars::JsonSchema;
use serde::Serialize;

use super::news::forecast_at;
use super::words;
use super::worth::Worth;
use super::{Head, Slate, confidence, rounded};
use crate::rows::{Prediction, Quote};

/// The bets worth their price, best expected value first.
#[derive(JsonSchema, Serialize)]
pub(super) struct BestBets {
    #[serde(flatten)]
    head: Head,
    total_picks: usize,
    picks: Vec<Pick>,
}

#[derive(JsonSchema, Serialize)]
struct Pick {
    rank: usize,
    id: String,
    #[schemars(schema_with = "words::tier")]
    tier: &'static str,
    player_lookup: String,
    name: String,
    team: String,
    opponent: String,
    /// When its forecast was made: nothing later was known.
    #[schemars(extend("format" = "date-time"))]
    forecast_at: Option<String>,
    system: &'static str,
    #[schemars(schema_with = "words::market")]
    market: &'static str,
    #[schemars(schema_with = "words::recommendation")]
    recommendation: &'static str,
    book: String,
    line: f64,
    #[schemars(range(min = 1.0))]
    odds: Option<f64>,
    predicted: f64,
    edge: f64,
    #[serde(flatten)]
    worth: Worth,
    #[schemars(range(min = 0.0, max = 1.0))]
    confidence: Option<f64>,
    expected_value: Option<f64>,
    rationale: Vec<String>,
    /// Filled in by the results of the slate, never here.
    result: Option<String>,
}

/// More than this is not a selection.
const MAX_PICKS: usize = 25;

pub(super) fn document(slate: &Slate<'_>) -> BestBets {
    let mut bets: Vec<(&Prediction, Quote, Side)> = slate
        .bets
        .values()
        .copied()
        .filter_map(|prediction| match (prediction.recommendation, prediction.quote) {
            (Recommendation::Bet(side), Some(quote)) => Some((prediction, quote, side)),
            _ => None,
        })
        .collect();
    bets.sort_by(|(a, qa, _), (b, qb, _)| {
        let value = |quote: &Quote| quote.expected_value.unwrap_or(f64::MIN);
        value(qb).total_cmp(&value(qa)).then(a.id.cmp(&b.id))
    });
    // What is not shown is a bet all the same: a stake is the same in every document.
    bets.truncate(MAX_PICKS);
    let stake = |prediction: &Prediction| slate.bet_stakes.get(&prediction.id).copied();
    let picks: Vec<Pick> = bets
        .into_iter()
        .enumerate()
        .map(|(index, (prediction, quote, side))| {
            pick(slate, (index + 1, stake(prediction)), (prediction, &quote, side))
        })
        .collect();
    BestBets { head: Head::of(slate.edition()), total_picks: picks.len(), picks }
}

fn pick(
    slate: &Slate<'_>,
    (rank, stake): (usize, Option<f64>),
    (prediction, quote, side): (&Prediction, &Quote, Side),
) -> Pick {
    let name = slate.name(prediction.player);
    let edge = prediction.mean - quote.line.points();
    let odds = match side {
        Side::Over => quote.over_odds,
        Side::Under => quote.under_odds,
    };
    Pick {
        rank,
        id: prediction.id.0.clone(),
        tier: tier(edge),
        player_lookup: domain::PlayerName::lookup(&name),
        name,
        team: prediction.team.to_string(),
        opponent: prediction.opponent.to_string(),
        forecast_at: forecast_at(slate, prediction.game),
        system: prediction.system.code(),
        market: prediction.market.code(),
        recommendation: prediction.recommendation.label(),
        book: quote.book.to_string(),
        line: quote.line.points(),
        odds: odds.map(domain::DecimalOdds::decimal),
        predicted: rounded(prediction.mean),
        edge: rounded(edge),
        worth: Worth::of(slate, prediction, stake),
        confidence: confidence(prediction),
        expected_value: quote.expected_value.map(rounded),
        rationale: rationale(prediction, quote, side),
        result: None,
    }
}

/// The original's tiers, by the distance from the line in points.
fn tier(edge: f64) -> &'static str {
    let [premium, strong, value] = TIERS;
    match edge.abs() {
        far if far >= 5.0 => premium,
        some if some >= 3.0 => strong,
        _ => value,
    }
}

/// Farthest from the line first.
pub(super) const TIERS: [&str; 3] = ["premium", "strong", "value"];

fn rationale(prediction: &Prediction, quote: &Quote, side: Side) -> Vec<String> {
    let (word, law) = match side {
        Side::Over => ("over", quote.law_over.get()),
        Side::Under => ("under", 1.0 - quote.law_over.get() - quote.push.get()),
    };
    let mut reasons = vec![format!(
        "{:.1} expected against a line of {}; the law alone gives the {word} {:.0} %",
        prediction.mean,
        quote.line,
        law * 100.0
    )];
    if let (Some(over), Some(price)) = (quote.over, quote.two_way()) {
        let (shrunk, odds) = match side {
            Side::Over => (over.get(), price.over),
            Side::Under => (1.0 - over.get(), price.under),
        };
        reasons.push(format!(
            "{:.1} % after the shrink to the price; {odds} breaks even at {:.1} %",
            shrunk * 100.0,
            odds.break_even().get() * 100.0
        ));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::tier;

    #[test]
    fn tiers_have_the_originals_borders() {
        assert_eq!([5.0, -5.1, 3.0, 2.9].map(tier), ["premium", "premium", "strong", "value"]);
    }
}
