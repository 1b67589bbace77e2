//! A slate's picks.

use std::collections::BTreeMap;

use domain::{Edition, Market, PlayerId};
use pipeline::HEADLINE;
use pipeline::rows::Prediction;
use predict::{CountLaw, Recommendation, Side, SystemId, Wager};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use crate::App;
use crate::app::Laws;

/// Published predictions beside lines, prices and probabilities.
#[derive(Serialize, ToSchema)]
pub(crate) struct PicksReport {
    pub(crate) schema_version: u32,
    pub(crate) date: String,
    pub(crate) as_of: String,
    pub(crate) market: &'static str,
    /// Whose numbers they are.
    pub(crate) system: &'static str,
    /// Whose bets are shown beside them: the best bets, or the system's own.
    pub(crate) bets: &'static str,
    pub(crate) total_predictions: usize,
    pub(crate) total_with_lines: usize,
    pub(crate) total_bets: usize,
    /// The editions that have the last word on a game.
    pub(crate) editions: Vec<GamesOfEdition>,
    pub(crate) picks: Vec<PickReport>,
}

/// How many games an edition has the last word on.
#[derive(Serialize, ToSchema)]
pub(crate) struct GamesOfEdition {
    pub(crate) as_of: String,
    pub(crate) games: usize,
}

impl GamesOfEdition {
    fn of(edition: Edition, games: usize) -> Self {
        Self { as_of: domain::GameDate::offset_text(edition.cutoff.instant()), games }
    }
}

/// A prediction beside its line.
#[derive(Serialize, ToSchema)]
pub(crate) struct PickReport {
    pub(crate) id: String,
    /// The prediction whose bet it is, and whose that is.
    pub(crate) bet_id: String,
    pub(crate) bet_system: &'static str,
    pub(crate) player_id: u32,
    pub(crate) player: String,
    pub(crate) team: String,
    pub(crate) opponent: String,
    pub(crate) home: bool,
    /// When its game was predicted.
    pub(crate) as_of: String,
    pub(crate) predicted: f64,
    pub(crate) median: u16,
    pub(crate) deviation: f64,
    pub(crate) quantile_10: Option<u16>,
    pub(crate) quantile_90: Option<u16>,
    pub(crate) line: Option<f64>,
    pub(crate) book: Option<String>,
    pub(crate) over_odds: Option<f64>,
    pub(crate) under_odds: Option<f64>,
    pub(crate) law_p_over: Option<f64>,
    pub(crate) p_over: Option<f64>,
    /// Decimal odds at which each side would break even by `p_over`.
    pub(crate) fair_over_odds: Option<f64>,
    pub(crate) fair_under_odds: Option<f64>,
    /// Probability less the price's break-even: of the recommended side, or else of the better one.
    pub(crate) probability_edge: Option<f64>,
    pub(crate) expected_value: Option<f64>,
    /// Fraction of the bankroll, among all bets of the system on the slate.
    pub(crate) stake: Option<f64>,
    pub(crate) recommendation: &'static str,
    /// The price of the recommended side.
    pub(crate) odds: Option<f64>,
    pub(crate) reason: &'static str,
    pub(crate) availability: &'static str,
    /// How likely he plays; all else is given that he does.
    pub(crate) p_plays: Option<f64>,
}

/// Whom to show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Lined,
    Everybody,
}

impl PicksReport {
    /// The newest predictions in a market on an edition: a system's, or else the headline's beside the best bets.
    pub(crate) async fn of(
        app: &App,
        edition: Edition,
        (market, whose): (Market, Option<SystemId>),
        scope: Scope,
    ) -> anyhow::Result<Self> {
        let store = &app.store;
        let page = app.page(edition).await?;
        let (names, laws) = (names(store, &page.predictions()).await?, app.laws(&page).await?);
        let system = whose.unwrap_or(HEADLINE);
        let (bets, stakes) = match whose {
            Some(system) => (BTreeMap::new(), page.stakes_of(system)),
            None => (page.bets(), page.stakes_of_bets()),
        };
        let of_system = page.predictions_of(market).into_iter().filter(|row| row.system == system);
        let mut rows: Vec<Shown<'_>> = of_system
            .map(|row| Shown { row, bet: bets.get(&(row.game, row.player, row.market)).copied().unwrap_or(row) })
            .collect();
        rows.sort_by(|a, b| rank(b.bet).total_cmp(&rank(a.bet)).then(b.row.mean.total_cmp(&a.row.mean)));
        Ok(Self {
            schema_version: 1,
            date: edition.slate.to_string(),
            as_of: domain::GameDate::offset_text(edition.cutoff.instant()),
            market: market.code(),
            system: system.code(),
            bets: whose.map_or("best_bets", SystemId::code),
            total_predictions: rows.len(),
            total_with_lines: rows.iter().filter(|shown| shown.bet.quote.is_some()).count(),
            total_bets: rows.iter().filter(|shown| matches!(shown.bet.recommendation, Recommendation::Bet(_))).count(),
            picks: rows
                .iter()
                .filter(|shown| scope == Scope::Everybody || shown.bet.quote.is_some())
                .map(|shown| {
                    let made = page.edition_of(shown.row.game).unwrap_or(edition);
                    PickReport::of(*shown, made, &names, &laws, stakes.get(&shown.bet.id).copied())
                })
                .collect(),
            editions: page.editions().into_iter().map(|(made, games)| GamesOfEdition::of(made, games.len())).collect(),
        })
    }
}

/// A number, and the bet that is shown beside it.
#[derive(Clone, Copy)]
struct Shown<'a> {
    row: &'a Prediction,
    bet: &'a Prediction,
}

/// Bets first, best first; then players with a line; then the rest.
fn rank(prediction: &Prediction) -> f64 {
    match (prediction.recommendation, prediction.quote) {
        (Recommendation::Bet(_), Some(quote)) => 2.0 + quote.expected_value.unwrap_or(0.0),
        (_, Some(_)) => 1.0,
        (_, None) => 0.0,
    }
}

async fn names(store: &Store, predictions: &[&Prediction]) -> anyhow::Result<BTreeMap<PlayerId, String>> {
    let directory = store.facts.directory().await?;
    Ok(predictions
        .iter()
        .map(|prediction| prediction.player)
        .map(|player| (player, directory.name(player).map_or_else(|| format!("player {player}"), ToOwned::to_owned)))
        .collect())
}

impl PickReport {
    fn of(
        Shown { row: prediction, bet }: Shown<'_>,
        made: Edition,
        names: &BTreeMap<PlayerId, String>,
        laws: &Laws,
        stake: Option<f64>,
    ) -> Self {
        let quote = bet.quote;
        let interval = laws.behind(prediction).map(CountLaw::interval_80);
        let fair = |side| Some(quote?.fair_odds(side)?.decimal());
        Self {
            id: prediction.id.0.clone(),
            bet_id: bet.id.0.clone(),
            bet_system: bet.system.code(),
            player_id: prediction.player.number(),
            player: names.get(&prediction.player).cloned().unwrap_or_default(),
            team: prediction.team.to_string(),
            opponent: prediction.opponent.to_string(),
            home: prediction.venue == domain::Venue::Home,
            as_of: domain::GameDate::offset_text(made.cutoff.instant()),
            predicted: prediction.mean,
            median: prediction.median,
            deviation: prediction.deviation,
            quantile_10: interval.map(|(low, _)| low),
            quantile_90: interval.map(|(_, high)| high),
            line: quote.map(|quote| quote.line.points()),
            book: quote.map(|quote| quote.book.to_string()),
            over_odds: quote.and_then(|quote| quote.over_odds).map(domain::DecimalOdds::decimal),
            under_odds: quote.and_then(|quote| quote.under_odds).map(domain::DecimalOdds::decimal),
            law_p_over: quote.map(|quote| quote.law_over.get()),
            p_over: quote.and_then(|quote| quote.over).map(domain::Probability::get),
            fair_over_odds: fair(Side::Over),
            fair_under_odds: fair(Side::Under),
            probability_edge: bet.wager().map(Wager::edge),
            expected_value: quote.and_then(|quote| quote.expected_value),
            stake,
            recommendation: bet.recommendation.label(),
            odds: bet.odds().map(domain::DecimalOdds::decimal),
            reason: bet.recommendation.code(),
            availability: prediction.availability.code(),
            p_plays: prediction.p_plays.map(domain::Probability::get),
        }
    }
}
