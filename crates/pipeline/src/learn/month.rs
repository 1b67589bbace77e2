//! Everything that is learned for one month, from what was known before it began.
//!
//! Trees learn from all rows. How each system misses, and what each counts for in the ensemble, must be measured on rows its
//! model had not seen. So at each *checkpoint*, the first of July before the last season and before this one, trees are
//! trained on what came before it and asked about the season after it. Checkpoints are the same for every month of a
//! season: the backtester trains them once. Before a season's first game they are the month's own trees as well.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Cutoff, GameDate, Market};
use predict::inputs::{Inputs, Sight};
use predict::residuals::{Miss, ResidualLaw, scale_terms};
use predict::{
    Attendance, BookQuote, Devig, EnsembleWeights, Learnt, MarketBlend, MarketShrink, MarketView, MeanAnswer, Panel,
    Settled, Side, SystemId,
};

use sha2::{Digest, Sha256};

use super::card::Holdout;
use super::past::{PastRow, Played, Results};
use super::trees::BoostedTrees;
use crate::PayloadHash;
use crate::pipeline::StepError;
use crate::ports::TrainedTrees;

/// Trees that know nothing of a date and after. Nobody can claim for them that they have seen less:
///
/// ```compile_fail,E0616
/// # fn claim(checkpoint: &mut pipeline::learn::Checkpoint, earlier: domain::GameDate) {
/// checkpoint.from = earlier;
/// # }
/// ```
pub struct Checkpoint {
    /// The first slate they have not seen.
    from: GameDate,
    /// Nothing known later taught them.
    through: Cutoff,
    /// Stands for the rows that taught them.
    fingerprint: PayloadHash,
    pub(super) trees: Arc<BoostedTrees>,
}

impl Checkpoint {
    /// The first slate they have not seen.
    pub fn unseen_from(&self) -> GameDate {
        self.from
    }
}

/// What a month's systems rest on.
pub struct Learned {
    /// Trees on all rows.
    pub trees: Arc<BoostedTrees>,
    /// Weights, laws and shrinks.
    pub learnt: Learnt,
    /// What each system's means were off by, on the rows the laws were learned from.
    pub holdouts: BTreeMap<SystemId, Holdout>,
    /// Player-games the trees were trained on.
    pub examples: usize,
    /// Nothing known later taught any of it.
    pub through: Cutoff,
    /// Stands for all of them: what was known of each, what the books said, and what he then did.
    pub fingerprint: PayloadHash,
}

/// Trees on fewer player-games than this are not worth asking.
pub(crate) const MIN_EXAMPLES: usize = 5_000;
/// A player with fewer games has no form to learn from.
const MIN_GAMES: u16 = 3;
/// Where there is no whole season to check, the newest rows are checked by trees on so many of the older ones.
const OLDER_SHARE: f64 = 0.7;

/// The default shrink holds as much as some thousand settled lines.
const SHRINK_RIDGE: f64 = 200.0;

/// Everybody who was asked about in the newest two seasons, and whether he played, where that was known.
pub(crate) fn asked<'a>(rows: &'a [PastRow], results: &Results) -> Vec<(&'a Inputs, bool)> {
    let Some(newest) = rows.last() else { return Vec::new() };
    let from = checked_from(newest.edition.slate);
    let newest = &rows[rows.partition_point(|row| row.edition.slate < from)..];
    let asked = newest.iter().filter(|row| !row.told_out);
    asked.filter_map(|row| Some((&row.inputs, results.attended(row.game, row.player)?))).collect()
}

/// A row of someone who then played.
struct Example<'a> {
    row: &'a PastRow,
    played: Played,
}

fn examples<'a>(rows: &'a [PastRow], results: &Results) -> Vec<Example<'a>> {
    let played = |row: &PastRow| results.of(row.game, row.player);
    let seasoned = rows.iter().filter(|row| row.games >= MIN_GAMES);
    seasoned.filter_map(|row| Some(Example { row, played: played(row)? })).collect()
}

/// The first of July before a date, or the date itself: no season is cut in two there.
pub fn season_start(first: GameDate) -> GameDate {
    let date = first.date();
    GameDate::first_of(if date.month() >= 7 { date.year() } else { date.year() - 1 }, 7)
}

/// The first slate whose rows are checked, for a month's models: the last season's.
pub fn checked_from(first: GameDate) -> GameDate {
    season_start(season_start(first).plus_days(-1))
}

/// Learns from rows of one market as they were seen at one time of the day.
#[derive(Clone, Copy)]
pub struct Learner<'t> {
    /// What is counted.
    pub market: Market,
    /// What the rows saw.
    pub sight: Sight,
    /// Trees that the same rows have taught before.
    pub trained: &'t dyn TrainedTrees,
}

impl Learner<'_> {
    /// The checkpoints of a month's season, those it `kept` from an earlier month of it among them. `results` hold what was
    /// known before the month began.
    ///
    /// # Errors
    /// When the learner refuses the data, which is a fault of ours.
    pub fn checkpoints(
        &self,
        rows: &[PastRow],
        results: &Results,
        first: GameDate,
        mut kept: Vec<Checkpoint>,
    ) -> Result<Vec<Checkpoint>, StepError> {
        let examples = examples(rows, results);
        let seasons = [checked_from(first), season_start(first)];
        kept.retain(|checkpoint| seasons.contains(&checkpoint.from));
        for from in seasons {
            if kept.iter().all(|checkpoint| checkpoint.from != from) {
                kept.extend(self.checkpoint(&examples, (from, results.cutoff()))?);
            }
        }
        let unasked =
            |checkpoint: &Checkpoint| examples.last().is_none_or(|last| last.row.edition.slate < checkpoint.from);
        if kept.iter().all(unasked) && examples.len() >= MIN_EXAMPLES {
            let newest = &examples[(examples.len() as f64 * OLDER_SHARE) as usize];
            kept.extend(self.checkpoint(&examples, (newest.row.edition.slate, results.cutoff()))?);
        }
        Ok(kept)
    }

    /// A checkpoint, where enough lies before it.
    fn checkpoint(
        &self,
        examples: &[Example<'_>],
        (from, through): (GameDate, Cutoff),
    ) -> Result<Option<Checkpoint>, StepError> {
        let before = &examples[..examples.partition_point(|example| example.row.edition.slate < from)];
        if before.len() < MIN_EXAMPLES / 2 {
            return Ok(None);
        }
        let fingerprint = fingerprint(before);
        let trees = self.trees(before, &fingerprint)?;
        Ok(Some(Checkpoint { from, through, fingerprint, trees }))
    }

    /// What is learned for a month from rows of slates before it, oldest first, and from what was known before it began.
    /// Nothing where there is too little.
    ///
    /// # Errors
    /// When the learner refuses the data, which is a fault of ours.
    pub fn learn(
        &self,
        rows: &[PastRow],
        results: &Results,
        checkpoints: &[Checkpoint],
    ) -> Result<Option<Learned>, StepError> {
        let examples = examples(rows, results);
        if examples.len() < MIN_EXAMPLES {
            return Ok(None);
        }
        let fingerprint = fingerprint(&examples);
        let trees = match checkpoints.iter().find(|checkpoint| checkpoint.fingerprint == fingerprint) {
            Some(of_the_same_rows) => Arc::clone(&of_the_same_rows.trees),
            None => self.trees(&examples, &fingerprint)?,
        };
        let (mut learnt, holdouts) = learn_misses(self.market, &checked(&examples, checkpoints));
        learnt.attendance = Attendance::learn(&asked(rows, results));
        let through = checkpoints.iter().map(|checkpoint| checkpoint.through).fold(results.cutoff(), Cutoff::max);
        Ok(Some(Learned { trees, learnt, holdouts, examples: examples.len(), through, fingerprint }))
    }

    /// The trees that these rows teach: those that were kept, where the same rows have taught some before.
    fn trees(&self, examples: &[Example<'_>], fingerprint: &PayloadHash) -> Result<Arc<BoostedTrees>, StepError> {
        let name = format!("{fingerprint}-{:?}", self.sight).to_lowercase();
        // Bytes that are no trees are as good as none.
        if let Some(kept) = self.trained.find(&name).and_then(|bytes| BoostedTrees::decode(&bytes).ok()) {
            return Ok(Arc::new(kept));
        }
        let rows: Vec<(&Inputs, Played)> =
            examples.iter().map(|example| (&example.row.inputs, example.played)).collect();
        let trees = BoostedTrees::train(&rows, self.sight)?;
        self.trained.keep(&name, &trees.encode()?);
        Ok(Arc::new(trees))
    }
}

/// Other rows, another fingerprint.
fn fingerprint(examples: &[Example<'_>]) -> PayloadHash {
    let mut digest = Sha256::new();
    for Example { row, played } in examples {
        digest.update(format!("{}|{}|{}|", row.edition, row.game, row.player));
        row.inputs.values().iter().for_each(|value| digest.update(value.to_bits().to_le_bytes()));
        for BookQuote { book, line, price, .. } in &row.quotes {
            digest.update(format!("{book}|{line}|{}|{}|", price.over.decimal(), price.under.decimal()));
        }
        digest.update(format!("{}|{:016x}\n", played.count, played.minutes.to_bits()));
    }
    PayloadHash::from_bytes(digest.finalize().into())
}

/// Weights first, then the blend with the books, then the laws around what they come to, then what a law counts for beside a
/// price: each rests on the ones before it.
fn learn_misses(market: Market, checked: &[Checked<'_>]) -> (Learnt, BTreeMap<SystemId, Holdout>) {
    let mut learnt = Learnt { weights: weights(checked), ..Learnt::default() };
    learnt.blend = blend(&learnt, market, checked);
    let views: Vec<Option<MarketView>> = checked.iter().map(|one| one.example.row.market_view(market)).collect();
    let answered: Vec<Vec<MeanAnswer>> =
        checked.iter().zip(&views).map(|(one, view)| learnt.together(one.means.clone(), view.as_ref())).collect();
    let mut holdouts = BTreeMap::new();
    for system in SystemId::ALL {
        let rows = || checked.iter().zip(&answered);
        let misses: Vec<Miss> = rows().filter_map(|(one, means)| miss(one.example, means, system)).collect();
        let pairs: Vec<(f64, f64)> = misses.iter().map(|miss| (miss.mean, miss.count)).collect();
        holdouts.insert(system, Holdout::of(&pairs));
        let Some(law) = ResidualLaw::learn(&misses) else { continue };
        let settled: Vec<Settled> = rows().flat_map(|(one, means)| settled(&law, one.example, means, system)).collect();
        learnt.laws.insert(system, law);
        learnt.shrinks.insert(system, MarketShrink::fit(&settled, SHRINK_RIDGE));
    }
    (learnt, holdouts)
}

/// The ensemble's weight beside the books, where there were any.
fn blend(learnt: &Learnt, market: Market, checked: &[Checked<'_>]) -> MarketBlend {
    let row = |one: &Checked<'_>| {
        let view = one.example.row.market_view(market)?;
        let means = learnt.together(one.means.clone(), Some(&view));
        let ensemble = means.iter().find(|(system, _)| *system == SystemId::Ensemble)?;
        Some((*ensemble.1.as_ref().ok()?, view.adjusted, f64::from(one.example.played.count)))
    };
    let rows: Vec<(f64, f64, f64)> = checked.iter().filter_map(row).collect();
    MarketBlend::learn(&rows)
}

/// How the books' lines were settled, beside what the law and the price had said. A push settles nothing.
fn settled(law: &ResidualLaw, example: &Example<'_>, means: &[MeanAnswer], system: SystemId) -> Vec<Settled> {
    let Some(miss) = miss(example, means, system).filter(|_| !example.row.quotes.is_empty()) else { return Vec::new() };
    let law = law.around(miss.mean, &miss.terms);
    let halves = 2 * i32::from(example.played.count);
    let one = |quote: &BookQuote| {
        let won = match halves.cmp(&quote.line.halves()) {
            Ordering::Greater => Side::Over,
            Ordering::Less => Side::Under,
            Ordering::Equal => return None,
        };
        let price = Devig::default().over(quote.price);
        Some(Settled { law: law.settle(quote.line).over_unless_push(), price, won })
    };
    example.row.quotes.iter().filter_map(one).collect()
}

fn miss(example: &Example<'_>, means: &[MeanAnswer], system: SystemId) -> Option<Miss> {
    let mean = means.iter().find(|(of, _)| *of == system).and_then(|(_, mean)| mean.as_ref().ok())?;
    let terms = scale_terms(*mean, &example.row.inputs);
    Some(Miss { mean: *mean, terms, count: f64::from(example.played.count) })
}

/// A row with the means of members that had not seen it.
struct Checked<'r> {
    example: &'r Example<'r>,
    means: Vec<MeanAnswer>,
}

/// The members' means on rows after a checkpoint, the trees' by those of the newest checkpoint before the row, in whatever
/// order they are given.
fn checked<'r>(examples: &'r [Example<'r>], checkpoints: &[Checkpoint]) -> Vec<Checked<'r>> {
    let before = |date: GameDate| examples.partition_point(|example| example.row.edition.slate < date);
    let mut ordered: Vec<&Checkpoint> = checkpoints.iter().collect();
    ordered.sort_by_key(|checkpoint| checkpoint.from);
    let ends = ordered.iter().skip(1).map(|next| before(next.from)).chain([examples.len()]);
    let mut checked = Vec::new();
    for (checkpoint, end) in ordered.iter().zip(ends) {
        let season = &examples[before(checkpoint.from)..end];
        let inputs: Vec<&Inputs> = season.iter().map(|example| &example.row.inputs).collect();
        for (example, mean) in season.iter().zip(checkpoint.trees.predict_all(&inputs)) {
            let mut means = example.row.formulas.clone();
            means.push((SystemId::Xgboost, Ok(mean.max(0.0))));
            checked.push(Checked { example, means });
        }
    }
    checked
}

/// Weights that were best where every member answered.
fn weights(checked: &[Checked<'_>]) -> EnsembleWeights {
    let all =
        |means: &[MeanAnswer]| means.iter().map(|(_, mean)| mean.as_ref().ok().copied()).collect::<Option<Vec<_>>>();
    let (predicted, counts): (Vec<Vec<f64>>, Vec<f64>) = checked
        .iter()
        .filter_map(|one| Some((all(&one.means)?, f64::from(one.example.played.count))))
        .filter(|(means, _)| means.len() == Panel::MEMBERS.len())
        .unzip();
    EnsembleWeights::learn(&Panel::MEMBERS, &predicted, &counts)
}
