//! Phases 4 and 5 for the past: training features by month, and the models that a month's slates may use.
//!
//! A model of month M is trained on player-games known before M began, so every slate of M may use it. Its features
//! were computed slate by slate at each slate's own morning cutoff, by the same code as tonight's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Cutoff, Dated, Edition, Game, GameDate, GameId, Known, Market, PlayerId, PropLine};
use predict::features::{FeatureRow, SCHEMA_VERSION, featurize};
use predict::{EnsembleWeights, History, ModelCard, Panel, Question, Snapshot, SystemId, Trees, VarianceCurve};
use rayon::prelude::*;

use crate::booster::{BoostedTrees, Holdout, StoredCard};
use crate::pipeline::{Pipeline, Progress, StepError, Work};
use crate::ports::HistoryScope;
use crate::rows::{ModelArtifact, Rows};

/// The slates that the model of a month learns from: the whole months of [`predict::HISTORY_DAYS`] before it. Whole,
/// because features are kept by month and what other models left of a month must not decide what this one sees.
pub fn training_slates(first: GameDate) -> RangeInclusive<GameDate> {
    let earliest = first.plus_days(-predict::HISTORY_DAYS);
    let from = if earliest == earliest.first_of_month() {
        earliest
    } else {
        earliest.first_of_month().plus_days(31).first_of_month()
    };
    from..=first.plus_days(-1)
}

/// The month whose models an edition uses: its slate's, or the cutoff's where the slate is asked about a month ahead,
/// because nothing may be trained on what comes after the cutoff.
pub(crate) fn model_month(edition: Edition) -> GameDate {
    edition.slate.min(GameDate::of(edition.cutoff.instant())).first_of_month()
}

/// A model of fewer player-games than this is not worth asking.
const MIN_ROWS: usize = 5_000;
/// Share of the newest slates held out to measure spread and weights.
const HOLDOUT_SHARE: f64 = 0.15;
/// Held-out slates lie in the year before the month, off-season included, and look back as far as tonight's do.
const HOLDOUT_REACH_DAYS: i32 = 365;
/// A player with fewer games has no form to learn from.
const MIN_GAMES: u16 = 3;

/// The features of every slate of a month, each at its morning cutoff.
pub(crate) async fn features_of_month(
    pipeline: &Pipeline,
    first: GameDate,
    progress: &dyn Progress,
) -> Result<Work, StepError> {
    let last = first.plus_days(31).first_of_month().plus_days(-1);
    // One load serves every month of a season: cutoffs only ever hide.
    let season_start = if first.date().month() >= 7 { first.date().year() } else { first.date().year() - 1 };
    let (start, end) = (GameDate::first_of(season_start, 7), GameDate::first_of(season_start + 1, 7));
    let scope = HistoryScope::Everybody { from: start.plus_days(-predict::HISTORY_DAYS - 31), to: end.plus_days(60) };
    let history = pipeline.history(scope, Cutoff::at(end.plus_days(90).at(0, 0))).await?;
    let end = Cutoff::at(last.plus_days(1).at(0, 0));
    let games = pipeline.facts.games(first..=last, end).await?;
    let lines = pipeline.facts.prop_lines(first..=last, end).await?;
    let slates = past_slates(games, lines);
    let done = AtomicU64::new(0);
    progress.beat("slates", 0, slates.len() as u64);
    let rows: Vec<Vec<FeatureRow>> = slates
        .par_iter()
        .map(|slate| {
            let rows = slate.featurize(&history);
            progress.beat("slates", done.fetch_add(1, Ordering::Relaxed) + 1, slates.len() as u64);
            rows
        })
        .collect();
    Ok(Work::Rows(Rows::Features(rows.into_iter().flatten().collect())))
}

/// What a past slate's features are computed from besides history, every version of it.
struct PastSlate {
    edition: Edition,
    games: Vec<Known<Game>>,
    lines: Vec<Known<PropLine>>,
}

impl PastSlate {
    fn featurize(&self, history: &History) -> Vec<FeatureRow> {
        let cutoff = self.edition.cutoff;
        let games: Vec<Game> = Game::scheduled(&self.games, self.edition.slate, cutoff).cloned().collect();
        featurize(&history.as_of(cutoff), &games, &self.lines)
    }
}

fn past_slates(games: Vec<Known<Game>>, lines: Vec<Known<PropLine>>) -> Vec<PastSlate> {
    let mut lines = by_slate(lines);
    by_slate(games)
        .into_iter()
        .map(|(slate, games)| PastSlate {
            edition: Edition::scheduled(slate, &games),
            games,
            lines: lines.remove(&slate).unwrap_or_default(),
        })
        .collect()
}

fn by_slate<T: Dated>(facts: Vec<Known<T>>) -> BTreeMap<GameDate, Vec<Known<T>>> {
    let mut by_slate = BTreeMap::<GameDate, Vec<Known<T>>>::new();
    for fact in facts {
        by_slate.entry(fact.slate()).or_default().push(fact);
    }
    by_slate
}

/// One training example: a feature row and what the player then counted.
struct Example {
    row: FeatureRow,
    inputs: Vec<f32>,
    count: f64,
}

/// The models that slates of a month may use.
pub(crate) async fn models(pipeline: &Pipeline, first: GameDate, progress: &dyn Progress) -> Result<Work, StepError> {
    let through = Cutoff::at(first.at(0, 0));
    let slates = training_slates(first);
    let scope = HistoryScope::Everybody { from: slates.start().plus_days(-HOLDOUT_REACH_DAYS), to: first };
    let history = pipeline.history(scope, through).await?;
    let rows = pipeline.outputs.training_features(slates).await?;
    let examples = examples(rows, &history.as_of(through));
    if examples.len() < MIN_ROWS {
        let have = examples.len();
        return Ok(Work::Nothing(format!("{have} player-games are known before {first}; a model takes {MIN_ROWS}")));
    }
    progress.beat("trees on the older slates", 0, 2);
    let (older, newest) = split(&examples);
    let trial = fit(older)?;
    let measured = Measured::of(&trial, newest, &history, through)?;
    progress.beat("trees on all slates", 1, 2);
    let trees = fit(&examples)?;
    progress.beat("done", 2, 2);
    let artifact = |system, card: &StoredCard, body| ModelArtifact {
        system,
        schema: SCHEMA_VERSION.to_owned(),
        trained_through: through.instant(),
        rows: examples.len() as u64,
        card: serde_json::to_string(card).expect("a card of numbers and names"),
        body,
    };
    Ok(Work::Rows(Rows::Models(vec![
        artifact(SystemId::Xgboost, &measured.trees, trees.encode()?),
        artifact(SystemId::Ensemble, &measured.ensemble, Vec::new()),
    ])))
}

/// Rows of players who then played, with their counts.
fn examples(rows: Vec<FeatureRow>, known: &Snapshot<'_>) -> Vec<Example> {
    let players: BTreeSet<PlayerId> = rows.iter().map(|row| row.player).collect();
    let mut counts = BTreeMap::<(GameId, PlayerId), u16>::new();
    for player in players {
        for game in known.played_games(player) {
            counts.insert((game.summary.game, player), Market::Points.count(game.line));
        }
    }
    rows.into_iter()
        .filter(|row| row.games >= MIN_GAMES)
        .filter_map(|row| {
            let count = f64::from(*counts.get(&(row.game, row.player))?);
            Some(Example { inputs: Trees::row(&row.vector), row, count })
        })
        .collect()
}

/// The older examples and the newest, split between slates.
fn split(examples: &[Example]) -> (&[Example], &[Example]) {
    let at = (examples.len() as f64 * (1.0 - HOLDOUT_SHARE)) as usize;
    let slate = examples[at].row.slate;
    examples.split_at(examples.partition_point(|example| example.row.slate < slate))
}

fn fit(examples: &[Example]) -> Result<BoostedTrees, StepError> {
    let rows: Vec<Vec<f32>> = examples.iter().map(|example| example.inputs.clone()).collect();
    let counts: Vec<f32> = examples.iter().map(|example| example.count as f32).collect();
    BoostedTrees::train(&rows, &counts)
}

/// What the trial trees and the ensemble around them did on slates they had not seen.
struct Measured {
    trees: StoredCard,
    ensemble: StoredCard,
}

/// What the members answered about an example, and what was counted.
struct Answered {
    means: Vec<(SystemId, f64)>,
    count: f64,
}

impl Measured {
    fn of(trial: &BoostedTrees, newest: &[Example], history: &History, through: Cutoff) -> Result<Self, StepError> {
        let actual: Vec<f64> = newest.iter().map(|example| example.count).collect();
        let means: Vec<f64> =
            newest.par_iter().map(|example| predict::Booster::predict(trial, &example.inputs)).collect();
        let spread = VarianceCurve::fit(&means, &actual);
        // The trial trees know the older slates only; their card says so, or every question would be refused.
        let seen = newest.first().map_or(through.instant(), |example| example.row.slate.at(0, 0));
        let card = ModelCard { schema: SCHEMA_VERSION.to_owned(), trained_through: seen, spread };
        let trees = Trees { card, booster: Arc::new(BoostedTrees::decode(&trial.encode()?)?) };
        let panel = Panel::new(Some(trees), EnsembleWeights::Equal);
        let answered = answered(&panel, newest, history);
        let weights = learn(&answered);
        let mixed = answered.iter().filter_map(|answered| Some((weights.mean(&answered.means)?, answered.count)));
        let (mixed, counts): (Vec<f64>, Vec<f64>) = mixed.unzip();
        let total: f64 = Panel::MEMBERS.iter().map(|member| weights.of(*member)).sum();
        let shares = Panel::MEMBERS.map(|member| (member.code().to_owned(), weights.of(member) / total));
        Ok(Self {
            trees: StoredCard {
                variance: Some(spread.parameters()),
                weights: None,
                holdout: Holdout::of(&means, &actual),
            },
            ensemble: StoredCard {
                variance: None,
                weights: Some(shares.into()),
                holdout: Holdout::of(&mixed, &counts),
            },
        })
    }
}

/// Weights that were best where every member answered.
fn learn(answered: &[Answered]) -> EnsembleWeights {
    let by_all = answered.iter().filter(|answered| answered.means.len() == Panel::MEMBERS.len());
    let (predicted, counts): (Vec<Vec<f64>>, Vec<f64>) =
        by_all.map(|answered| (answered.means.iter().map(|(_, mean)| *mean).collect(), answered.count)).unzip();
    EnsembleWeights::learn(&Panel::MEMBERS, &predicted, &counts)
}

impl Holdout {
    fn of(predicted: &[f64], actual: &[f64]) -> Self {
        let errors: Vec<f64> = predicted.iter().zip(actual).map(|(mean, count)| mean - count).collect();
        let average = |of: fn(&f64) -> f64| errors.iter().map(of).sum::<f64>() / errors.len().max(1) as f64;
        Self {
            rows: errors.len() as u64,
            mae: average(|error| error.abs()),
            rmse: average(|error| error * error).sqrt(),
            bias: average(|error| *error),
        }
    }
}

/// The members' means on every example, in the order of the members.
fn answered(panel: &Panel, newest: &[Example], history: &History) -> Vec<Answered> {
    let slates: Vec<&[Example]> = newest.chunk_by(|a, b| a.row.slate == b.row.slate).collect();
    slates
        .par_iter()
        .flat_map_iter(|slate| {
            let snapshot = history.as_of(slate[0].row.vector.cutoff());
            slate.iter().filter_map(move |example| {
                let question = Question::pose(&example.row, Market::Points, &snapshot).ok()?;
                let members = panel.answer(&question).into_iter().filter(|(system, _)| Panel::MEMBERS.contains(system));
                let means = members.filter_map(|(system, answer)| Some((system, answer.ok()?.mean()))).collect();
                Some(Answered { means, count: example.count })
            })
        })
        .collect()
}
