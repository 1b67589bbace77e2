//! Phase 6: predictions and grades into documents, behind a guard that fails closed.
//!
//! A document depends on nothing but its inputs: its `generated_at` is the edition's cutoff, not the clock, so making
//! it again gives the same bytes.

mod best_bets;
pub(crate) mod guard;
mod leaderboard;
mod predictions;
mod results;
mod tonight;
mod worth;

use std::collections::{BTreeMap, BTreeSet};

use domain::{Edition, Game, GameId, Market, PlayerId};
use jiff::Timestamp;
use predict::features::{PlayerCompositeFactors, PlayerDailyCache, UpcomingPlayerGameContext, UpcomingTeamGameContext};
use predict::{CountLaw, Snapshot, SystemId};
use serde::Serialize;

use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::rows::{Consolidation, Document, Forecast, Prediction, PredictionId, stakes};
use crate::source::Directory;
use crate::steps::train::model_month;
use crate::{Rows, Step};

/// Version of the documents' shapes.
const SCHEMA_VERSION: u32 = 2;

/// The system whose number is the headline.
const HEADLINE: SystemId = SystemId::Ensemble;

/// The system whose bets are shown, wherever it speaks: its probability has learned from prices as well.
const BETTING: SystemId = SystemId::MarketBlend;

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let teams = upstream_rows!(upstream, Step::UpcomingTeamGameContext, Rows::TeamContexts);
    let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
    let caches = upstream_rows!(upstream, Step::PlayerDailyCache, Rows::DailyCaches);
    let factors = upstream_rows!(upstream, Step::PlayerCompositeFactors, Rows::Composites);
    let features = upstream_rows!(upstream, Step::MlFeatureStore, Rows::Features);
    let mut forecasts = upstream_rows!(upstream, Step::Forecast, Rows::Forecasts);
    forecasts.extend(pipeline.external_forecasts(edition).await?);
    let consolidation = match upstream.rows(Step::Consolidate).await? {
        Some(Rows::Consolidation(consolidation)) => Some(consolidation),
        None => None,
        Some(other) => {
            return Err(StepError::Broken(format!("{} produced {}", Step::Consolidate, other.kind())));
        }
    };
    let games = pipeline.games(edition).await?;
    let models = pipeline.outputs.models(model_month(edition)).await?;
    guard::check(&games, &features, &models, consolidation.as_ref()).map_err(StepError::Guard)?;
    let history = pipeline.edition_history(edition).await?;
    let directory = pipeline.directory().await?;
    let slate = Slate::new(SlateRows {
        edition,
        games: &games,
        teams: &teams,
        players: &players,
        caches: &caches,
        factors: &factors,
        forecasts: &forecasts,
        consolidation: consolidation.as_ref(),
        directory: &directory,
        snapshot: history.as_of(edition.cutoff),
    });
    Ok(Work::Rows(Rows::Documents(vec![
        document(edition, "tonight/all-players", "tonight/all-players.json", &tonight::document(&slate)),
        document(edition, "predictions", "predictions/today.json", &predictions::document(&slate)),
        document(edition, "best-bets", "best-bets/latest.json", &best_bets::document(&slate)),
    ])))
}

/// Documents of an edition that has been graded.
pub(crate) async fn results(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let grades = upstream_rows!(upstream, Step::Grade, Rows::Grades);
    let records = upstream_rows!(upstream, Step::SystemDailyPerformance, Rows::Performance);
    let Some(published) = pipeline.outputs.published(edition).await? else {
        return Err(StepError::Upstream(format!("nothing is published for {edition}")));
    };
    let directory = pipeline.directory().await?;
    let earlier = pipeline.outputs.performance(edition.slate.plus_days(-1)).await?;
    let results = results::document(edition, &published.predictions, &grades, &records, &directory);
    let leaderboard = leaderboard::document(edition, &earlier, &records);
    Ok(Work::Rows(Rows::Documents(vec![
        document(edition, "results", "results/latest.json", &results),
        document(edition, "systems/performance", "systems/performance.json", &leaderboard),
    ])))
}

fn document<T: Serialize>(edition: Edition, folder: &str, twin: &str, content: &T) -> Document {
    let mut body = serde_json::to_vec_pretty(content).expect("documents hold numbers, texts and lists");
    body.push(b'\n');
    Document {
        path: format!("v1/{folder}/{}.json", edition.slate),
        twin: format!("v1/{twin}"),
        slate: edition.slate,
        body,
    }
}

/// What every document starts with.
#[derive(Serialize)]
struct Head {
    schema_version: u32,
    game_date: String,
    /// The edition's cutoff: nothing later was known.
    generated_at: String,
}

impl Head {
    fn of(edition: Edition) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            game_date: edition.slate.to_string(),
            generated_at: edition.cutoff.instant().to_string(),
        }
    }
}

/// The rows documents are made from.
struct SlateRows<'a> {
    edition: Edition,
    games: &'a [Game],
    teams: &'a [UpcomingTeamGameContext],
    players: &'a [UpcomingPlayerGameContext],
    caches: &'a [PlayerDailyCache],
    factors: &'a [PlayerCompositeFactors],
    forecasts: &'a [Forecast],
    consolidation: Option<&'a Consolidation>,
    directory: &'a Directory,
    snapshot: Snapshot<'a>,
}

type Key = (GameId, PlayerId);

/// A slate's rows, indexed by player.
struct Slate<'a> {
    rows: SlateRows<'a>,
    caches: BTreeMap<Key, &'a PlayerDailyCache>,
    factors: BTreeMap<Key, &'a PlayerCompositeFactors>,
    predictions: BTreeMap<Key, Vec<&'a Prediction>>,
    silences: BTreeMap<Key, Vec<&'a Forecast>>,
    laws: BTreeMap<(Key, Market, SystemId), &'a CountLaw>,
    /// What to stake on each system's bets, as if only they were placed.
    stakes: BTreeMap<PredictionId, f64>,
}

impl<'a> Slate<'a> {
    fn new(rows: SlateRows<'a>) -> Self {
        let mut predictions = BTreeMap::<Key, Vec<&'a Prediction>>::new();
        for prediction in rows.consolidation.iter().flat_map(|merged| &merged.predictions) {
            predictions.entry((prediction.game, prediction.player)).or_default().push(prediction);
        }
        let mut silences = BTreeMap::<Key, Vec<&'a Forecast>>::new();
        for forecast in rows.forecasts.iter().filter(|forecast| forecast.answer.is_err()) {
            silences.entry((forecast.game, forecast.player)).or_default().push(forecast);
        }
        let laws = rows
            .forecasts
            .iter()
            .filter_map(|row| Some((((row.game, row.player), row.market, row.system), row.answer.as_ref().ok()?)));
        let all = || rows.consolidation.iter().flat_map(|merged| &merged.predictions);
        let systems: BTreeSet<SystemId> = all().map(|prediction| prediction.system).collect();
        let by_system = |system| stakes(all().filter(move |prediction| prediction.system == system));
        Self {
            caches: rows.caches.iter().map(|row| ((row.game, row.player), row)).collect(),
            factors: rows.factors.iter().map(|row| ((row.game, row.player), row)).collect(),
            laws: laws.collect(),
            stakes: systems.into_iter().flat_map(by_system).collect(),
            predictions,
            silences,
            rows,
        }
    }

    fn edition(&self) -> Edition {
        self.rows.edition
    }

    /// The games in order of tip-off, each by its home team's row.
    fn games(&self) -> Vec<&'a UpcomingTeamGameContext> {
        let home = |team: &&UpcomingTeamGameContext| team.venue == domain::Venue::Home;
        let mut games: Vec<_> = self.rows.teams.iter().filter(home).collect();
        games.sort_by_key(|game| (game.tipoff, game.game));
        games
    }

    /// The announced tip-off of a game.
    fn tipoff(&self, game: GameId) -> Option<Timestamp> {
        self.rows.games.iter().find(|scheduled| scheduled.id == game)?.tipoff
    }

    fn players_of(&self, game: GameId) -> impl Iterator<Item = &'a UpcomingPlayerGameContext> {
        self.rows.players.iter().filter(move |player| player.game == game)
    }

    fn predictions_of(&self, player: &UpcomingPlayerGameContext) -> &[&'a Prediction] {
        self.predictions.get(&(player.game, player.player)).map_or(&[], Vec::as_slice)
    }

    fn silences_of(&self, player: &UpcomingPlayerGameContext) -> &[&'a Forecast] {
        self.silences.get(&(player.game, player.player)).map_or(&[], Vec::as_slice)
    }

    fn headline(&self, player: &UpcomingPlayerGameContext) -> Option<&'a Prediction> {
        self.predictions_of(player).iter().copied().find(|prediction| prediction.system == HEADLINE)
    }

    /// The law behind a prediction.
    fn law(&self, prediction: &Prediction) -> Option<&'a CountLaw> {
        let key = (prediction.game, prediction.player);
        self.laws.get(&(key, prediction.market, prediction.system)).copied()
    }

    fn name(&self, player: PlayerId) -> String {
        name(self.rows.directory, player)
    }
}

fn name(directory: &Directory, player: PlayerId) -> String {
    directory.name(player).map_or_else(|| format!("player {player}"), ToOwned::to_owned)
}

/// Three decimals: documents are for reading, rows keep every bit.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Probability of the recommended side, or of the likelier one when nothing is recommended.
fn confidence(prediction: &Prediction) -> Option<f64> {
    let over = prediction.quote?.over?.get();
    Some(rounded(match prediction.recommendation {
        predict::Recommendation::Bet(predict::Side::Over) => over,
        predict::Recommendation::Bet(predict::Side::Under) => 1.0 - over,
        predict::Recommendation::Pass(_) => over.max(1.0 - over),
    }))
}
