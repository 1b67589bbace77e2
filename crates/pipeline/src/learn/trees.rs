//! The learner behind `predict`'s `Booster` seam: training, writing down and reading back gradient-boosted trees.
//!
//! Three models a market: the count itself, the minutes, and the count a minute. The mean is half the first, half the product
//! of the others. Models are kept in XGBoost's binary JSON, so that another engine can take them over (`docs/adr/0004`).

use std::collections::BTreeMap;

use hessboost::config::{GrowPolicy, Monotone};
use hessboost::model::ModelFormat;
use hessboost::prelude::*;
use predict::Booster;
use predict::inputs::{Input, Inputs, Sight};
use rayon::prelude::*;

use super::past::Played;
use crate::pipeline::StepError;

/// Trees trained by Tipoff.
pub struct BoostedTrees {
    sight: Sight,
    models: [BoostedModel; 3],
}

/// A model's average over the rows it was trained on, and what each input adds to it.
struct Shares {
    average: f64,
    inputs: Vec<(Input, f64)>,
}

/// What each of the three models predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Count,
    Minutes,
    CountPerMinute,
}

const TARGETS: [Target; 3] = [Target::Count, Target::Minutes, Target::CountPerMinute];
/// Boosting rounds. These three were chosen among a few for speed and for error in two seasons (`docs/modelling.md`); the
/// other settings in [`fit`] were searched for on none.
const ROUNDS: usize = 200;
const LEARNING_RATE: f64 = 0.06;
/// Small trees: most of what there is to know is additive.
const DEPTH: usize = 5;
/// A minute of play weighs as if a typical game were so long.
const TYPICAL_MINUTES: f32 = 24.0;
/// In fewer minutes than this, a rate says nothing.
const LEAST_MINUTES: f64 = 0.5;

impl BoostedTrees {
    /// Trains on rows and what then happened.
    ///
    /// Same rows, same trees, on any number of threads. What basketball says of an input is a constraint.
    ///
    /// # Errors
    /// When the learner refuses the data, which is a fault of ours.
    pub fn train(rows: &[(&Inputs, Played)], sight: Sight) -> Result<Self, StepError> {
        // A fit alone leaves cores idle between its passes over the rows.
        let ((count, minutes), rate) = rayon::join(
            || rayon::join(|| fit(Target::Count, rows, sight), || fit(Target::Minutes, rows, sight)),
            || fit(Target::CountPerMinute, rows, sight),
        );
        Ok(Self { sight, models: [count?, minutes?, rate?] })
    }

    /// The models as bytes: each with its length before it.
    ///
    /// # Errors
    /// When they cannot be written down, which is a fault of ours.
    pub fn encode(&self) -> Result<Vec<u8>, StepError> {
        let mut bytes = vec![self.sight as u8];
        for model in &self.models {
            let body = model.encode(ModelFormat::XgboostUbjson).map_err(broken)?;
            bytes.extend((body.len() as u64).to_le_bytes());
            bytes.extend(body);
        }
        Ok(bytes)
    }

    /// Models read back.
    ///
    /// # Errors
    /// When the bytes are no models.
    pub fn decode(bytes: &[u8]) -> Result<Self, StepError> {
        let (sight, mut bytes) = bytes.split_first().ok_or_else(|| broken("the models are cut off"))?;
        let sight = Sight::ALL.into_iter().find(|known| *known as u8 == *sight);
        let sight = sight.ok_or_else(|| broken("what the models saw is unknown"))?;
        let mut next = || -> Result<BoostedModel, StepError> {
            let (length, rest) = bytes.split_first_chunk().ok_or_else(|| broken("the models are cut off"))?;
            let length = usize::try_from(u64::from_le_bytes(*length)).map_err(broken)?;
            let (body, rest) = rest.split_at_checked(length).ok_or_else(|| broken("the models are cut off"))?;
            bytes = rest;
            BoostedModel::decode(body, ModelFormat::XgboostUbjson).map_err(broken)
        };
        Ok(Self { sight, models: [next()?, next()?, next()?] })
    }

    /// What each input adds to the mean of this row or takes from it, beside the mean of the rows trained on.
    ///
    /// Shapley values of the three models. Half of the direct model's count as they are. Those of minutes and rate share
    /// the product's distance from its average: an input of the minutes counts times the rate half-way between the
    /// average and this row, and the other way about, which adds up to the whole product.
    ///
    /// # Errors
    /// When the learner refuses the row, which is a fault of ours.
    pub fn contributions(&self, row: &Inputs) -> Result<Vec<(Input, f64)>, StepError> {
        let [count, minutes, rate] = [self.shares(0, row)?, self.shares(1, row)?, self.shares(2, row)?];
        let half_way =
            |shares: &Shares| shares.average + shares.inputs.iter().map(|(_, share)| share).sum::<f64>() / 2.0;
        let (of_minutes, of_rate) = (half_way(&minutes), half_way(&rate));
        let mut totals = BTreeMap::new();
        for (shares, factor) in [(count, 1.0), (minutes, of_rate), (rate, of_minutes)] {
            for (input, share) in shares.inputs {
                *totals.entry(input).or_insert(0.0) += 0.5 * factor * share;
            }
        }
        Ok(totals.into_iter().collect())
    }

    /// How one of the three models comes to its number.
    fn shares(&self, index: usize, row: &Inputs) -> Result<Shares, StepError> {
        let columns: Vec<Input> = TARGETS[index].columns(self.sight).collect();
        let values = columns.iter().map(|input| row.values()[*input as usize]).collect();
        let matrix = DMatrix::from_dense_vec(values, 1, columns.len()).map_err(broken)?;
        let shares = self.models[index].predict_contribs(&matrix, Iterations::Best).map_err(broken)?;
        let (average, shares) = shares.as_slice().split_last().ok_or_else(|| broken("no contributions"))?;
        let inputs = columns.into_iter().zip(shares.iter().copied().map(f64::from)).collect();
        Ok(Shares { average: f64::from(*average), inputs })
    }

    /// The means of many rows.
    pub fn predict_all(&self, rows: &[&Inputs]) -> Vec<f64> {
        rows.par_iter().map(|row| self.predict(row)).collect()
    }
}

impl Booster for BoostedTrees {
    fn predict(&self, row: &Inputs) -> f64 {
        let [count, minutes, rate] = [0, 1, 2].map(|index| {
            let values: Vec<f32> =
                TARGETS[index].columns(self.sight).map(|input| row.values()[input as usize]).collect();
            // The row's width is the model's, and it holds numbers or NaN: the learner has nothing to refuse.
            f64::from(self.models[index].predict_row(&values, Iterations::Best).expect("a row of the model's width"))
        });
        0.5 * count + 0.5 * minutes * rate
    }
}

impl Target {
    /// The inputs it reads. Minutes are the team's own business: the opponent's defence would only be noise to them.
    fn columns(self, sight: Sight) -> impl Iterator<Item = Input> {
        let seen = Input::ALL.into_iter().filter(move |input| sight == Sight::Late || !input.is_late());
        seen.filter(move |input| self != Self::Minutes || !input.raises())
    }

    fn label(self, played: Played) -> f32 {
        match self {
            Self::Count => f32::from(played.count),
            Self::Minutes => played.minutes as f32,
            Self::CountPerMinute if played.minutes > LEAST_MINUTES => f32::from(played.count) / played.minutes as f32,
            Self::CountPerMinute => 0.0,
        }
    }

    /// Nobody's whole game counts for less than a thousandth of one: the learner refuses rows of no weight.
    fn weight(self, played: Played) -> f32 {
        match self {
            Self::CountPerMinute => (played.minutes as f32 / TYPICAL_MINUTES).max(0.001),
            Self::Count | Self::Minutes => 1.0,
        }
    }
}

fn fit(target: Target, rows: &[(&Inputs, Played)], sight: Sight) -> Result<BoostedModel, StepError> {
    let columns: Vec<Input> = target.columns(sight).collect();
    let flat = rows.iter().flat_map(|(inputs, _)| columns.iter().map(|input| inputs.values()[*input as usize]));
    let labels: Vec<f32> = rows.iter().map(|(_, played)| target.label(*played)).collect();
    let weights: Vec<f32> = rows.iter().map(|(_, played)| target.weight(*played)).collect();
    let matrix = DMatrix::from_dense_vec(flat.collect(), rows.len(), columns.len())
        .and_then(|matrix| matrix.with_labels(&labels))
        .and_then(|matrix| matrix.with_weights(&weights))
        .map_err(broken)?;
    let constraint = |input: &Input| if input.raises() { Monotone::Increasing } else { Monotone::None };
    let parameters = TrainingParams::builder()
        .objective(Objective::SquaredError(RegLoss::default()))
        .tree_method(TreeMethod::Hist)
        .grow_policy(GrowPolicy::DepthWise)
        .max_depth(DEPTH)
        .max_bin(64)
        .eta(LEARNING_RATE)
        .min_child_weight(60.0)
        .lambda(5.0)
        .subsample(0.7)
        .colsample_bytree(0.5)
        .seed(20_131_029)
        .monotone_constraints(columns.iter().map(constraint).collect::<Vec<_>>())
        .build()
        .map_err(broken)?;
    train(&parameters, &matrix, ROUNDS).map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> StepError {
    StepError::Broken(format!("the learner refused: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts that follow minutes and a rate, with an input missing now and then.
    fn rows() -> Vec<(Inputs, Played)> {
        (0..4_000_u32)
            .map(|index| {
                let minutes = f64::from(10 + index % 28);
                let rate = 0.3 + f64::from(index / 28 % 7) / 14.0;
                let mut known = vec![(Input::MinutesAverage20, minutes), (Input::CountRate5, rate)];
                if index % 3 > 0 {
                    known.push((Input::Home, f64::from(index % 2)));
                }
                (Inputs::known(&known), Played { count: (minutes * rate) as u16, minutes })
            })
            .collect()
    }

    #[test]
    fn contributions_add_up_to_the_distance_from_one_average() {
        let rows = rows();
        let borrowed: Vec<(&Inputs, Played)> = rows.iter().map(|(inputs, played)| (inputs, *played)).collect();
        let trees = BoostedTrees::train(&borrowed, Sight::Morning).unwrap();
        let trees = BoostedTrees::decode(&trees.encode().unwrap()).unwrap();
        let average = |inputs: &Inputs| {
            let contributions = trees.contributions(inputs).unwrap();
            trees.predict(inputs) - contributions.iter().map(|(_, share)| share).sum::<f64>()
        };
        let averages: Vec<f64> = rows.iter().step_by(397).map(|(inputs, _)| average(inputs)).collect();
        assert!(averages.iter().all(|other| (other - averages[0]).abs() < 1e-3), "{averages:?}");
        let (long, _) = rows.iter().max_by(|(_, a), (_, b)| a.minutes.total_cmp(&b.minutes)).unwrap();
        let mut contributions = trees.contributions(long).unwrap();
        contributions.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        assert_eq!(contributions[0].0, Input::MinutesAverage20, "long minutes raise most: {contributions:?}");
    }
}
