//! `predictions/{date}.json`: every system's number on every player, and every silence with its reason.

use predict::features::UpcomingPlayerGameContext;
use predict::{Recommendation, Side};
use schemars::JsonSchema;
use serde::Serialize;

use super::news::{Change, Told};
use super::words;
use super::worth::Worth;
use super::{Head, Slate, confidence, rounded};
use crate::rows::{Forecast, Prediction};

/// Every system's number on every player, and every silence with its reason.
#[derive(JsonSchema, Serialize)]
pub(super) struct Predictions {
    #[serde(flatten)]
    head: Head,
    total_predictions: usize,
    total_players: usize,
    /// Of those who are expected or have a line in the edition's own games, how many are done.
    completion_percent: Option<f64>,
    /// Players with a line whose team is not known.
    missing_players: u32,
    recommendation_breakdown: Breakdown,
    games: Vec<PredictedGame>,
}

/// What is recommended of points, as in the best bets.
#[derive(JsonSchema, Serialize)]
struct Breakdown {
    over: usize,
    under: usize,
    pass: usize,
}

#[derive(JsonSchema, Serialize)]
struct PredictedGame {
    game_id: String,
    home_team: String,
    away_team: String,
    #[serde(flatten)]
    told: Told,
    players: Vec<PredictedPlayer>,
}

#[derive(JsonSchema, Serialize)]
struct PredictedPlayer {
    player_lookup: String,
    player_id: u32,
    name: String,
    team: String,
    #[serde(flatten)]
    change: Change,
    systems: Vec<SystemPrediction>,
    abstentions: Vec<Abstention>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct SystemPrediction {
    id: String,
    system: &'static str,
    #[schemars(schema_with = "words::market")]
    market: &'static str,
    #[serde(flatten)]
    worth: Worth,
    predicted: f64,
    median: u16,
    standard_deviation: f64,
    book: Option<String>,
    line: Option<f64>,
    #[schemars(range(min = 1.0))]
    over_odds: Option<f64>,
    #[schemars(range(min = 1.0))]
    under_odds: Option<f64>,
    #[schemars(extend("format" = "date-time"))]
    line_observed_at: Option<String>,
    edge: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    law_p_over: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    p_push: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    p_over: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    confidence: Option<f64>,
    expected_value: Option<f64>,
    #[schemars(schema_with = "words::recommendation")]
    recommendation: &'static str,
    #[schemars(schema_with = "words::reason")]
    reason: &'static str,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Abstention {
    system: &'static str,
    #[schemars(schema_with = "words::market")]
    market: &'static str,
    reason: String,
    detail: String,
}

pub(super) fn document(slate: &Slate<'_>) -> Predictions {
    let (all, summary) = (&slate.all, slate.about.summary);
    let headline = || all.iter().filter(|prediction| super::is_headline(prediction));
    let count = |wanted| headline().filter(|prediction| slate.bet(prediction).recommendation == wanted).count();
    let (over, under) = (count(Recommendation::Bet(Side::Over)), count(Recommendation::Bet(Side::Under)));
    Predictions {
        head: Head::of(slate.edition()),
        total_predictions: all.len(),
        total_players: slate.rows.players.len(),
        completion_percent: summary.map(|summary| rounded(summary.completion_percent())),
        missing_players: summary.map_or(0, |summary| summary.missing_players),
        recommendation_breakdown: Breakdown { over, under, pass: headline().count() - over - under },
        games: slate
            .games()
            .into_iter()
            .map(|game| PredictedGame {
                game_id: game.game.to_string(),
                home_team: game.team.to_string(),
                away_team: game.opponent.to_string(),
                told: Told::of(slate, game.game),
                players: slate.players_of(game.game).map(|player| predicted_player(slate, player)).collect(),
            })
            .collect(),
    }
}

fn predicted_player(slate: &Slate<'_>, context: &UpcomingPlayerGameContext) -> PredictedPlayer {
    let name = slate.name(context.player);
    PredictedPlayer {
        player_lookup: domain::PlayerName::lookup(&name),
        player_id: context.player.number(),
        name,
        team: context.team.to_string(),
        change: Change::of(slate, context),
        systems: slate.predictions_of(context).iter().map(|prediction| system_prediction(slate, prediction)).collect(),
        abstentions: slate.silences_of(context).iter().filter_map(|forecast| abstention(forecast)).collect(),
    }
}

pub(super) fn system_prediction(slate: &Slate<'_>, prediction: &Prediction) -> SystemPrediction {
    let quote = prediction.quote;
    SystemPrediction {
        id: prediction.id.0.clone(),
        system: prediction.system.code(),
        market: prediction.market.code(),
        worth: Worth::of(slate, prediction, slate.stakes.get(&prediction.id).copied()),
        predicted: rounded(prediction.mean),
        median: prediction.median,
        standard_deviation: rounded(prediction.deviation),
        book: quote.map(|quote| quote.book.to_string()),
        line: quote.map(|quote| quote.line.points()),
        over_odds: quote.and_then(|quote| quote.over_odds).map(domain::DecimalOdds::decimal),
        under_odds: quote.and_then(|quote| quote.under_odds).map(domain::DecimalOdds::decimal),
        line_observed_at: quote.map(|quote| quote.observed_at.to_string()),
        edge: quote.map(|quote| rounded(prediction.mean - quote.line.points())),
        law_p_over: quote.map(|quote| rounded(quote.law_over.get())),
        p_push: quote.map(|quote| rounded(quote.push.get())),
        p_over: quote.and_then(|quote| quote.over).map(|over| rounded(over.get())),
        confidence: confidence(prediction),
        expected_value: quote.and_then(|quote| quote.expected_value).map(rounded),
        recommendation: prediction.recommendation.label(),
        reason: prediction.recommendation.code(),
    }
}

pub(super) fn abstention(forecast: &Forecast) -> Option<Abstention> {
    let silence = forecast.answer.as_ref().err()?;
    Some(Abstention {
        system: forecast.system.code(),
        market: forecast.market.code(),
        reason: silence.code.clone(),
        detail: silence.detail.clone(),
    })
}
