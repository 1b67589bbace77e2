//! A published number back to the bytes it came from.

use pipeline::rows::{Grade, Prediction, Quote};
use predict::features::{Feature, FeatureRow};
use predict::{CountLaw, Side, Wager};
use serde::Serialize;
use store::{ChainLink, Explanation, GameSource, PayloadSource};
use utoipa::ToSchema;

use super::GroundsReport;
use crate::App;

/// Where a published number comes from: law, features, games, line, and the hashes of the raw bytes.
#[derive(Serialize, ToSchema)]
pub(crate) struct WhyReport {
    pub(crate) schema_version: u32,
    pub(crate) id: String,
    pub(crate) player_id: u32,
    pub(crate) player: String,
    pub(crate) game_id: String,
    pub(crate) game_date: String,
    pub(crate) as_of: String,
    pub(crate) market: &'static str,
    pub(crate) system: &'static str,
    pub(crate) predicted: f64,
    pub(crate) median: u16,
    pub(crate) deviation: f64,
    /// How likely he plays; all else is given that he does.
    pub(crate) p_plays: Option<f64>,
    pub(crate) recommendation: &'static str,
    pub(crate) quote: Option<QuoteReport>,
    pub(crate) model: Option<String>,
    pub(crate) law: Vec<f64>,
    pub(crate) quantile_10: Option<u16>,
    pub(crate) quantile_90: Option<u16>,
    #[serde(flatten)]
    pub(crate) grounds: GroundsReport,
    pub(crate) features: Vec<FeatureValueReport>,
    pub(crate) games: Vec<GameSourceReport>,
    pub(crate) chain: Vec<LinkReport>,
    pub(crate) grade: Option<OutcomeReport>,
}

/// The line and its prices.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuoteReport {
    pub(crate) book: String,
    pub(crate) line: f64,
    pub(crate) over_odds: Option<f64>,
    pub(crate) under_odds: Option<f64>,
    pub(crate) observed_at: String,
    pub(crate) law_p_over: f64,
    pub(crate) p_push: f64,
    pub(crate) p_over: Option<f64>,
    pub(crate) fair_over_odds: Option<f64>,
    pub(crate) fair_under_odds: Option<f64>,
    pub(crate) probability_edge: Option<f64>,
    pub(crate) expected_value: Option<f64>,
    pub(crate) raw: Option<RawReport>,
}

/// A raw payload.
#[derive(Serialize, ToSchema)]
pub(crate) struct RawReport {
    pub(crate) hash: String,
    pub(crate) subject: String,
}

/// A feature as the forecast saw it.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeatureValueReport {
    pub(crate) name: &'static str,
    pub(crate) value: Option<f64>,
    pub(crate) meaning: &'static str,
}

/// A game known at the cutoff.
#[derive(Serialize, ToSchema)]
pub(crate) struct GameSourceReport {
    pub(crate) game_id: String,
    pub(crate) date: String,
    pub(crate) points: Option<u16>,
    pub(crate) minutes: Option<f64>,
    pub(crate) known_at: String,
    pub(crate) provenance: &'static str,
    pub(crate) raw: RawReport,
}

/// An output in the chain.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkReport {
    pub(crate) step: &'static str,
    pub(crate) output: i64,
    pub(crate) made_at: Option<String>,
}

/// How it came out.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutcomeReport {
    pub(crate) actual: Option<u16>,
    pub(crate) verdict: &'static str,
    pub(crate) profit: Option<f64>,
    pub(crate) absolute_error: Option<f64>,
}

impl WhyReport {
    /// What is behind a number.
    pub(crate) async fn of(app: &App, explanation: &Explanation) -> anyhow::Result<Self> {
        let prediction = &explanation.prediction;
        let directory = app.store.facts.directory().await?;
        let forecast = explanation.forecast.as_ref();
        let law = forecast.and_then(|forecast| forecast.answer.as_ref().ok());
        let interval = law.map(CountLaw::interval_80);
        Ok(Self {
            schema_version: 1,
            id: prediction.id.0.clone(),
            player_id: prediction.player.number(),
            player: directory.name(prediction.player).unwrap_or("unknown").to_owned(),
            game_id: prediction.game.to_string(),
            game_date: prediction.slate.to_string(),
            as_of: domain::GameDate::offset_text(explanation.edition.cutoff.instant()),
            market: prediction.market.code(),
            system: prediction.system.code(),
            predicted: prediction.mean,
            median: prediction.median,
            deviation: prediction.deviation,
            p_plays: prediction.p_plays.map(domain::Probability::get),
            recommendation: prediction.recommendation.label(),
            quote: prediction.quote.map(|quote| QuoteReport::of(prediction, &quote, explanation.line_source.as_ref())),
            grounds: GroundsReport::of(app, explanation).await?,
            model: forecast.and_then(|forecast| forecast.model).map(|model| model.to_string()),
            law: law.map_or_else(Vec::new, |law| law.mass().to_vec()),
            quantile_10: interval.map(|(low, _)| low),
            quantile_90: interval.map(|(_, high)| high),
            features: explanation.features.as_ref().map_or_else(Vec::new, features),
            games: explanation.games.iter().map(GameSourceReport::from).collect(),
            chain: explanation.chain.iter().map(LinkReport::from).collect(),
            grade: explanation.grade.as_ref().map(OutcomeReport::from),
        })
    }
}

impl QuoteReport {
    pub(crate) fn of(prediction: &Prediction, quote: &Quote, source: Option<&PayloadSource>) -> Self {
        Self {
            book: quote.book.to_string(),
            line: quote.line.points(),
            over_odds: quote.over_odds.map(domain::DecimalOdds::decimal),
            under_odds: quote.under_odds.map(domain::DecimalOdds::decimal),
            observed_at: quote.observed_at.to_string(),
            law_p_over: quote.law_over.get(),
            p_push: quote.push.get(),
            p_over: quote.over.map(domain::Probability::get),
            fair_over_odds: quote.fair_odds(Side::Over).map(domain::DecimalOdds::decimal),
            fair_under_odds: quote.fair_odds(Side::Under).map(domain::DecimalOdds::decimal),
            probability_edge: prediction.wager().map(Wager::edge),
            expected_value: quote.expected_value,
            raw: source.map(RawReport::from),
        }
    }
}

impl From<&PayloadSource> for RawReport {
    fn from(source: &PayloadSource) -> Self {
        Self { hash: source.hash.to_string(), subject: source.subject.clone() }
    }
}

fn features(row: &FeatureRow) -> Vec<FeatureValueReport> {
    let of = |feature: Feature| FeatureValueReport {
        name: feature.name(),
        value: row.vector.get(feature),
        meaning: feature.meaning(),
    };
    Feature::ALL.map(of).into()
}

impl From<&GameSource> for GameSourceReport {
    fn from(game: &GameSource) -> Self {
        Self {
            game_id: game.game.to_string(),
            date: game.slate.to_string(),
            points: game.points,
            minutes: game.minutes,
            known_at: game.known_at.to_string(),
            provenance: game.provenance.code(),
            raw: RawReport::from(&game.source),
        }
    }
}

impl From<&ChainLink> for LinkReport {
    fn from(link: &ChainLink) -> Self {
        Self { step: link.step.name(), output: link.output.0, made_at: link.made_at.map(|at| at.to_string()) }
    }
}

impl From<&Grade> for OutcomeReport {
    fn from(grade: &Grade) -> Self {
        Self {
            actual: grade.actual,
            verdict: grade.verdict.code(),
            profit: grade.profit,
            absolute_error: grade.absolute_error,
        }
    }
}
