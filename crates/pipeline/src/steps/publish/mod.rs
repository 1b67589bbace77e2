//! Phase 6: predictions and grades into documents, behind a guard that fails closed.
//!
//! A document depends on nothing but its inputs: its `generated_at` is the edition's cutoff, not the clock, so making
//! it again gives the same bytes.

mod best_bets;
pub(crate) mod guard;
mod kinds;
mod leaderboard;
mod news;
mod player;
mod players;
mod predictions;
mod record;
mod results;
mod streaks;
mod tables;
mod tonight;
mod track;
mod words;
mod worth;

pub use kinds::DocumentKind;

use std::collections::{BTreeMap, BTreeSet};

use domain::{Edition, Game, GameId, Market, PlayerId};
use jiff::Timestamp;
use predict::features::{PlayerCompositeFactors, PlayerDailyCache, UpcomingPlayerGameContext, UpcomingTeamGameContext};
use predict::inputs::Lineup;
use predict::{CountLaw, Snapshot, SystemId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::page::{HEADLINE, Part};
use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::rows::{Consolidation, ConsolidationSummary, Document, Forecast, Prediction, PredictionId};
use crate::source::Directory;
use crate::steps::train::model_month;
use crate::{Coverage, MARKET, Page, Rows, Step};
use tables::Tables;

/// Version of the documents' shapes.
const SCHEMA_VERSION: u32 = 4;

/// Whether a prediction is a headline: the headline system's, of the market that every night is about.
fn is_headline(prediction: &Prediction) -> bool {
    prediction.system == HEADLINE && prediction.market == MARKET
}

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let features = upstream_rows!(upstream, Step::MlFeatureStore, Rows::Features);
    let consolidation = match upstream.rows(Step::Consolidate).await? {
        Some(Rows::Consolidation(consolidation)) => Some(consolidation),
        None => None,
        Some(other) => {
            return Err(StepError::Broken(format!("{} produced {}", Step::Consolidate, other.kind())));
        }
    };
    let coverage = pipeline.coverage(edition).await?;
    let mut models = Vec::new();
    for sight in coverage.sights() {
        models.extend(pipeline.outputs.models(model_month(edition), sight).await?);
    }
    guard::check(&coverage.games, &features, &models, consolidation.as_ref()).map_err(StepError::Guard)?;
    record::check(&record::of_season(pipeline, edition.slate).await?).map_err(StepError::Guard)?;
    let mut rows = Tables::of_upstream(pipeline, edition, upstream).await?;
    let (games, summary, page) = page(pipeline, edition, &coverage, consolidation).await?;
    for (earlier, games) in page.editions().into_iter().filter(|(earlier, _)| *earlier != edition) {
        rows.carry_over(Tables::of_published(pipeline, earlier).await?, &games);
    }
    let lineups = lineups(pipeline, edition, &page).await?;
    let history = pipeline.edition_history(edition).await?;
    let snapshots = page.editions().into_iter().map(|(part, _)| (part, history.as_of(part.cutoff))).collect();
    let directory = pipeline.directory().await?;
    let about = About { edition, games: &games, summary, page: &page, lineups, snapshots, directory: &directory };
    let slate = Slate::new(about, &rows);
    Ok(Work::Rows(Rows::Documents(vec![
        document(edition, DocumentKind::Tonight, &tonight::document(&slate)),
        document(edition, DocumentKind::Predictions, &predictions::document(&slate)),
        document(edition, DocumentKind::BestBets, &best_bets::document(&slate)),
        each(edition, DocumentKind::PlayerTonight, &player::documents(&slate)),
    ])))
}

/// The slate's games, what the edition itself came to, and the page with it on top.
async fn page(
    pipeline: &Pipeline,
    edition: Edition,
    coverage: &Coverage,
    merged: Option<Consolidation>,
) -> Result<(Vec<Game>, Option<ConsolidationSummary>, Page), StepError> {
    let games = pipeline.scheduled(edition).await?;
    let mut parts = pipeline.earlier_parts(edition).await?;
    let summary = merged.as_ref().map(|merged| merged.summary);
    if let Some(merged) = merged {
        let about = coverage.games.iter().map(|game| game.id).collect();
        parts.push(Part { edition, games: about, predictions: merged.predictions });
    }
    let page = Page::new(parts, &games);
    Ok((games, summary, page))
}

/// The line-ups of each game that its forecasts have seen.
async fn lineups(pipeline: &Pipeline, edition: Edition, page: &Page) -> Result<BTreeMap<GameId, Lineup>, StepError> {
    let slate = edition.slate;
    let games = pipeline.facts.games(slate..=slate, edition.cutoff).await?;
    let spots = pipeline.facts.lineups(slate, edition.cutoff).await?;
    let seen = page.editions().into_iter().flat_map(|(part, about)| {
        let known = Coverage::of(part, &games, &spots).lineups;
        known.into_iter().filter(move |(game, _)| about.contains(game))
    });
    Ok(seen.collect())
}

/// Documents of an edition that has been graded.
pub(crate) async fn results(pipeline: &Pipeline, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let grades = upstream_rows!(upstream, Step::Grade, Rows::Grades);
    let records = upstream_rows!(upstream, Step::SystemDailyPerformance, Rows::Performance);
    let page = pipeline.page(edition).await?;
    let directory = pipeline.directory().await?;
    let earlier = pipeline.outputs.performance(edition.slate.plus_days(-1)).await?;
    let results = results::document(edition, &page.predictions(), &grades, &records, &directory);
    let leaderboard = leaderboard::document(edition, &earlier, &records);
    let season = track::grades(pipeline, edition.slate, &grades).await?;
    let track = track::track(&season);
    Ok(Work::Rows(Rows::Documents(vec![
        document(edition, DocumentKind::Results, &results),
        document(edition, DocumentKind::Leaderboard, &leaderboard),
        document(edition, DocumentKind::PlayerIndex, &players::index(edition, &track, &directory)),
        each(edition, DocumentKind::PlayerProfile, &players::profiles(edition, &track, &directory)),
        document(edition, DocumentKind::Streaks, &streaks::document(edition, &track, &directory)),
    ])))
}

/// A document of one body.
fn document<T: Serialize>(edition: Edition, kind: DocumentKind, content: &T) -> Document {
    let mut body = serde_json::to_vec_pretty(content).expect("documents hold numbers, texts and lists");
    body.push(b'\n');
    Document { path: kind.path(edition.slate), twin: kind.twin(), slate: edition.slate, body }
}

/// A document a player, by lookup.
fn each<T: Serialize>(edition: Edition, kind: DocumentKind, players: &BTreeMap<String, T>) -> Document {
    let body = serde_json::to_vec(players).expect("documents hold numbers, texts and lists");
    Document { path: kind.path(edition.slate), twin: kind.twin(), slate: edition.slate, body }
}

/// What every document starts with.
#[derive(JsonSchema, Serialize)]
struct Head {
    schema_version: u32,
    #[schemars(extend("format" = "date"))]
    game_date: String,
    /// The edition's cutoff: nothing later was known.
    #[schemars(extend("format" = "date-time"))]
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

/// What documents are about.
struct About<'a> {
    edition: Edition,
    /// The slate's games, those that have started among them.
    games: &'a [Game],
    /// What the edition itself came to.
    summary: Option<ConsolidationSummary>,
    page: &'a Page,
    /// The line-ups that a game's forecasts have seen.
    lineups: BTreeMap<GameId, Lineup>,
    /// What each edition on the page knew.
    snapshots: BTreeMap<Edition, Snapshot<'a>>,
    directory: &'a Directory,
}

type Key = (GameId, PlayerId);

/// A slate's rows, indexed by player.
struct Slate<'a> {
    about: About<'a>,
    rows: &'a Tables,
    caches: BTreeMap<Key, &'a PlayerDailyCache>,
    factors: BTreeMap<Key, &'a PlayerCompositeFactors>,
    all: Vec<&'a Prediction>,
    predictions: BTreeMap<Key, Vec<&'a Prediction>>,
    silences: BTreeMap<Key, Vec<&'a Forecast>>,
    laws: BTreeMap<(Key, Market, SystemId), &'a CountLaw>,
    /// What to stake on each system's bets, as if only they were placed.
    stakes: BTreeMap<PredictionId, f64>,
    /// The bets that are shown, and what to stake on them.
    bets: BTreeMap<(GameId, PlayerId, Market), &'a Prediction>,
    bet_stakes: BTreeMap<PredictionId, f64>,
}

impl<'a> Slate<'a> {
    fn new(about: About<'a>, rows: &'a Tables) -> Self {
        let all = about.page.predictions();
        let mut predictions = BTreeMap::<Key, Vec<&'a Prediction>>::new();
        for prediction in &all {
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
        let systems: BTreeSet<SystemId> = all.iter().map(|prediction| prediction.system).collect();
        let by_system = |system| about.page.stakes_of(system);
        Self {
            caches: rows.caches.iter().map(|row| ((row.game, row.player), row)).collect(),
            factors: rows.factors.iter().map(|row| ((row.game, row.player), row)).collect(),
            laws: laws.collect(),
            stakes: systems.into_iter().flat_map(by_system).collect(),
            bets: about.page.bets(),
            bet_stakes: about.page.stakes_of_bets(),
            all,
            predictions,
            silences,
            rows,
            about,
        }
    }

    fn edition(&self) -> Edition {
        self.about.edition
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
        self.about.games.iter().find(|scheduled| scheduled.id == game)?.tipoff
    }

    /// What was known when a game's forecasts were made.
    fn snapshot(&self, game: GameId) -> Option<&Snapshot<'a>> {
        self.about.snapshots.get(&self.about.page.edition_of(game)?)
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
        self.predictions_of(player).iter().copied().find(|prediction| is_headline(prediction))
    }

    /// The prediction whose bet is shown beside a headline.
    fn bet(&self, headline: &'a Prediction) -> &'a Prediction {
        self.bets.get(&(headline.game, headline.player, headline.market)).copied().unwrap_or(headline)
    }

    /// The headline system's predictions of a player in the other markets.
    fn other_headlines(&self, player: &UpcomingPlayerGameContext) -> Vec<&'a Prediction> {
        let other = |row: &&Prediction| row.system == HEADLINE && row.market != MARKET;
        self.predictions_of(player).iter().copied().filter(other).collect()
    }

    /// The law behind a prediction.
    fn law(&self, prediction: &Prediction) -> Option<&'a CountLaw> {
        let key = (prediction.game, prediction.player);
        self.laws.get(&(key, prediction.market, prediction.system)).copied()
    }

    fn name(&self, player: PlayerId) -> String {
        name(self.about.directory, player)
    }
}

fn name(directory: &Directory, player: PlayerId) -> String {
    directory.name(player).map_or_else(|| format!("player {player}"), ToOwned::to_owned)
}

/// Three decimals: documents are for reading, rows keep every bit. Nought has no sign: the sum of nothing is -0.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0 + 0.0
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
