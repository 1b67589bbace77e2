//! Everything that is learned for one month, from what was known before it began.
//!
//! Trees learn from all rows. How each system misses, and what each counts for in the ensemble, must be measured on rows its
//! model had not seen. So at each *checkpoint*, the first of July before the last season and before this one, trees are
//! trained on what came before it and asked about the season after it. Checkpoints are the same for every month of a
//! season: the backtester trains them once.

use std::collections::BTreeMap;

use domain::GameDate;
use predict::inputs::Inputs;
use predict::residuals::{Miss, ResidualLaw, scale_terms};
use predict::{EnsembleWeights, MeanAnswer, Panel, SystemId};

use super::card::Holdout;
use super::past::{PastRow, Played, Results};
use super::trees::BoostedTrees;
use crate::pipeline::StepError;

/// Trees that know nothing of a date and after.
pub struct Checkpoint {
    /// The first slate they have not seen.
    pub from: GameDate,
    trees: BoostedTrees,
}

/// What a month's systems rest on.
pub struct Learned {
    /// Trees on all rows.
    pub trees: BoostedTrees,
    /// What each member counts for in the ensemble.
    pub weights: EnsembleWeights,
    /// How each system's means are missed; nothing where too few could be checked.
    pub laws: BTreeMap<SystemId, ResidualLaw>,
    /// What each system's means were off by, on the rows the laws were learned from.
    pub holdouts: BTreeMap<SystemId, Holdout>,
    /// Player-games the trees were trained on.
    pub examples: usize,
}

/// Trees on fewer player-games than this are not worth asking.
pub(crate) const MIN_EXAMPLES: usize = 5_000;
/// A player with fewer games has no form to learn from.
const MIN_GAMES: u16 = 3;
/// Where there is no whole season to check, the newest rows are checked by trees on so many of the older ones.
const OLDER_SHARE: f64 = 0.7;

/// A row of someone who then played.
struct Example<'a> {
    row: &'a PastRow,
    played: Played,
}

fn examples<'a>(rows: &'a [PastRow], results: &Results) -> Vec<Example<'a>> {
    let played = |row: &PastRow| results.get(&(row.game, row.player)).copied();
    let seasoned = rows.iter().filter(|row| row.games >= MIN_GAMES);
    seasoned.filter_map(|row| Some(Example { row, played: played(row)? })).collect()
}

/// The first of July before a month.
fn season_start(first: GameDate) -> GameDate {
    let date = first.date();
    GameDate::first_of(if date.month() >= 7 { date.year() } else { date.year() - 1 }, 7)
}

/// The first slate whose rows are checked, for a month's models: the last season's.
pub fn checked_from(first: GameDate) -> GameDate {
    season_start(season_start(first).plus_days(-1))
}

/// The checkpoints of a month's season. `results` hold what was known before the month began.
///
/// # Errors
/// When the learner refuses the data, which is a fault of ours.
pub fn checkpoints(rows: &[PastRow], results: &Results, first: GameDate) -> Result<Vec<Checkpoint>, StepError> {
    let examples = examples(rows, results);
    let mut checkpoints = Vec::new();
    for from in [checked_from(first), season_start(first)] {
        checkpoints.extend(checkpoint(&examples, from)?);
    }
    if checkpoints.is_empty() && examples.len() >= MIN_EXAMPLES {
        let newest = &examples[(examples.len() as f64 * OLDER_SHARE) as usize];
        checkpoints.extend(checkpoint(&examples, newest.row.edition.slate)?);
    }
    Ok(checkpoints)
}

/// A checkpoint, where enough lies before it and anything after it.
fn checkpoint(examples: &[Example<'_>], from: GameDate) -> Result<Option<Checkpoint>, StepError> {
    let (before, after) = examples.split_at(examples.partition_point(|example| example.row.edition.slate < from));
    if before.len() < MIN_EXAMPLES / 2 || after.is_empty() {
        return Ok(None);
    }
    Ok(Some(Checkpoint { from, trees: train(before)? }))
}

fn train(examples: &[Example<'_>]) -> Result<BoostedTrees, StepError> {
    let rows: Vec<(&Inputs, Played)> = examples.iter().map(|example| (&example.row.inputs, example.played)).collect();
    BoostedTrees::train(&rows)
}

/// What is learned for a month from rows of slates before it, oldest first, and from what was known before it began.
/// Nothing where there is too little.
///
/// # Errors
/// When the learner refuses the data, which is a fault of ours.
pub fn learn(rows: &[PastRow], results: &Results, checkpoints: &[Checkpoint]) -> Result<Option<Learned>, StepError> {
    let examples = examples(rows, results);
    if examples.len() < MIN_EXAMPLES {
        return Ok(None);
    }
    let trees = train(&examples)?;
    let checked = checked(&examples, checkpoints);
    let weights = weights(&checked);
    let (mut laws, mut holdouts) = (BTreeMap::new(), BTreeMap::new());
    let answered: Vec<(&Example<'_>, Vec<MeanAnswer>)> =
        checked.into_iter().map(|(example, means)| (example, weights.together(means))).collect();
    for system in SystemId::ALL {
        let misses: Vec<Miss> = answered.iter().filter_map(|(example, means)| miss(example, means, system)).collect();
        laws.extend(ResidualLaw::learn(&misses).map(|law| (system, law)));
        let pairs: Vec<(f64, f64)> = misses.iter().map(|miss| (miss.mean, miss.count)).collect();
        holdouts.insert(system, Holdout::of(&pairs));
    }
    Ok(Some(Learned { trees, weights, laws, holdouts, examples: examples.len() }))
}

fn miss(example: &Example<'_>, means: &[MeanAnswer], system: SystemId) -> Option<Miss> {
    let mean = means.iter().find(|(of, _)| *of == system).and_then(|(_, mean)| mean.as_ref().ok())?;
    let terms = scale_terms(*mean, &example.row.inputs);
    Some(Miss { mean: *mean, terms, count: f64::from(example.played.count) })
}

/// The members' means on rows after a checkpoint, the trees' by those of the newest checkpoint before the row.
fn checked<'a, 'r>(examples: &'r [Example<'a>], checkpoints: &[Checkpoint]) -> Vec<(&'r Example<'a>, Vec<MeanAnswer>)> {
    let mut checked = Vec::new();
    for (index, checkpoint) in checkpoints.iter().enumerate() {
        let until = checkpoints.get(index + 1).map(|next| next.from);
        let slate = |example: &Example<'_>| example.row.edition.slate;
        let start = examples.partition_point(|example| slate(example) < checkpoint.from);
        let end = until.map_or(examples.len(), |until| examples.partition_point(|example| slate(example) < until));
        let season = &examples[start..end];
        let inputs: Vec<&Inputs> = season.iter().map(|example| &example.row.inputs).collect();
        for (example, mean) in season.iter().zip(checkpoint.trees.predict_all(&inputs)) {
            let mut means = example.row.formulas.clone();
            means.push((SystemId::Xgboost, Ok(mean.max(0.0))));
            checked.push((example, means));
        }
    }
    checked
}

/// Weights that were best where every member answered.
fn weights(checked: &[(&Example<'_>, Vec<MeanAnswer>)]) -> EnsembleWeights {
    let all =
        |means: &[MeanAnswer]| means.iter().map(|(_, mean)| mean.as_ref().ok().copied()).collect::<Option<Vec<_>>>();
    let (predicted, counts): (Vec<Vec<f64>>, Vec<f64>) = checked
        .iter()
        .filter_map(|(example, means)| Some((all(means)?, f64::from(example.played.count))))
        .filter(|(means, _)| means.len() == Panel::MEMBERS.len())
        .unzip();
    EnsembleWeights::learn(&Panel::MEMBERS, &predicted, &counts)
}
