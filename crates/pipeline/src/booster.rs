//! The learner behind `predict`'s `Booster` seam: training, writing down and reading back gradient-boosted trees.
//!
//! Models are kept in XGBoost's binary JSON, so that another engine can take them over (`docs/adr/0004`).

use std::sync::Arc;

use hessboost::config::Monotone;
use hessboost::model::ModelFormat;
use hessboost::prelude::*;
use predict::features::Direction;
use predict::{Booster, EnsembleWeights, ModelCard, Panel, SystemId, Trees, VarianceCurve};
use serde::{Deserialize, Serialize};

use crate::pipeline::StepError;
use crate::rows::ModelArtifact;

/// Trees trained by Tipoff.
pub struct BoostedTrees(BoostedModel);

/// Boosting rounds; with this learning rate, more of them change the hold-out error by less than its noise.
const ROUNDS: usize = 250;

impl BoostedTrees {
    /// Trains on rows in [`Trees::inputs`] order (missing values are NaN) and their counts.
    ///
    /// Same rows, same trees, on any number of threads. What basketball says of a feature is a constraint.
    ///
    /// # Errors
    /// When the learner refuses the data, which is a fault of ours.
    pub fn train(rows: &[Vec<f32>], counts: &[f32]) -> Result<Self, StepError> {
        let width = Trees::inputs().count();
        let flat: Vec<f32> = rows.iter().flatten().copied().collect();
        let constraints = Trees::inputs().map(|feature| match feature.direction() {
            Direction::Raises => Monotone::Increasing,
            Direction::Lowers => Monotone::Decreasing,
            Direction::Free => Monotone::None,
        });
        let parameters = TrainingParams::builder()
            .objective(Objective::SquaredError(RegLoss::default()))
            .tree_method(TreeMethod::Hist)
            .max_depth(5)
            .eta(0.04)
            .min_child_weight(60.0)
            .lambda(4.0)
            .subsample(0.8)
            .colsample_bytree(0.8)
            .seed(20_131_029)
            .monotone_constraints(constraints.collect::<Vec<_>>())
            .build()
            .map_err(broken)?;
        let matrix = DMatrix::from_dense(&flat, rows.len(), width)
            .and_then(|matrix| matrix.with_labels(counts))
            .map_err(broken)?;
        train(&parameters, &matrix, ROUNDS).map(Self).map_err(broken)
    }

    /// The model as bytes.
    ///
    /// # Errors
    /// When it cannot be written down, which is a fault of ours.
    pub fn encode(&self) -> Result<Vec<u8>, StepError> {
        self.0.encode(ModelFormat::XgboostUbjson).map_err(broken)
    }

    /// A model read back.
    ///
    /// # Errors
    /// When the bytes are no model.
    pub fn decode(bytes: &[u8]) -> Result<Self, StepError> {
        BoostedModel::decode(bytes, ModelFormat::XgboostUbjson).map(Self).map_err(broken)
    }
}

impl Booster for BoostedTrees {
    fn predict(&self, row: &[f32]) -> f64 {
        // The row's width is fixed by `Trees::row`, and it holds numbers or NaN: the learner has nothing to refuse.
        f64::from(self.0.predict_row(row, Iterations::Best).expect("a row of the model's width"))
    }
}

fn broken(error: impl std::fmt::Display) -> StepError {
    StepError::Broken(format!("the learner refused: {error}"))
}

/// What an artifact says about itself, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredCard {
    /// Intercept and slope of the variance around the means.
    pub variance: Option<(f64, f64)>,
    /// Members' weights.
    pub weights: Option<Vec<(String, f64)>>,
    /// What was measured on slates held out of the fit.
    pub holdout: Holdout,
}

/// What was measured on slates held out of the fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holdout {
    /// Player-games.
    pub rows: u64,
    /// Mean absolute error of the mean.
    pub mae: f64,
    /// Root mean squared error of the mean.
    pub rmse: f64,
    /// Mean of the mean less the count.
    pub bias: f64,
}

/// The panel with the newest artifact of each trained system.
pub(crate) fn panel(artifacts: &[ModelArtifact]) -> Result<Panel, StepError> {
    let mut trees = None;
    let mut weights = EnsembleWeights::Equal;
    for artifact in artifacts {
        let card: StoredCard = serde_json::from_str(&artifact.card)
            .map_err(|error| StepError::Broken(format!("the card of a {} model: {error}", artifact.system)))?;
        match (artifact.system, card.variance, card.weights) {
            (SystemId::Xgboost, Some((intercept, slope)), _) => {
                let card = ModelCard {
                    schema: artifact.schema.clone(),
                    trained_through: artifact.trained_through,
                    spread: VarianceCurve::new(intercept, slope),
                };
                trees = Some(Trees { card, booster: Arc::new(BoostedTrees::decode(&artifact.body)?) });
            }
            (SystemId::Ensemble, _, Some(stored)) => {
                let member = |(system, weight): (String, f64)| Ok((system.parse()?, weight));
                let members: Result<_, domain::ParseError> = stored.into_iter().map(member).collect();
                weights = EnsembleWeights::Learned(members.map_err(|error| StepError::Broken(error.to_string()))?);
            }
            _ => return Err(StepError::Broken(format!("the card of a {} model is incomplete", artifact.system))),
        }
    }
    Ok(Panel::new(trees, weights))
}

#[cfg(test)]
mod tests {
    use predict::features::Feature;

    use super::*;

    /// Deterministic noise in 0..1.
    fn noise(seed: u64) -> f32 {
        let mixed = (seed.wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> 40) as f32) / ((1_u64 << 24) as f32)
    }

    fn sample() -> (Vec<Vec<f32>>, Vec<f32>) {
        let width = Trees::inputs().count();
        let rows: Vec<Vec<f32>> = (0..4000_u64)
            .map(|row| (0..width as u64).map(|column| noise(row * 64 + column) * 20.0).collect())
            .collect();
        // The count falls with the defensive rating, against basketball: the constraint must not learn it.
        let rating = Trees::inputs().position(|feature| feature == Feature::OpponentDefRating).unwrap();
        let counts = rows.iter().map(|row| row[0] - 0.5 * row[rating] + 10.0).collect();
        (rows, counts)
    }

    #[test]
    fn trees_learn_come_back_the_same_and_keep_to_their_constraints() {
        let (rows, counts) = sample();
        let trees = BoostedTrees::train(&rows, &counts).unwrap();
        let again = BoostedTrees::decode(&trees.encode().unwrap()).unwrap();
        let rating = Trees::inputs().position(|feature| feature == Feature::OpponentDefRating).unwrap();
        for row in rows.iter().take(200) {
            assert_eq!(trees.predict(row).to_bits(), again.predict(row).to_bits());
            let weaker: Vec<f32> =
                row.iter().enumerate().map(|(i, value)| if i == rating { value + 5.0 } else { *value }).collect();
            assert!(trees.predict(&weaker) >= trees.predict(row));
        }
        let means: Vec<f64> = rows.iter().map(|row| trees.predict(row)).collect();
        let spread = means.iter().copied().fold(f64::MIN, f64::max) - means.iter().copied().fold(f64::MAX, f64::min);
        assert!(spread > 10.0, "the first feature was learned: {spread}");
    }

    #[test]
    fn training_twice_gives_the_same_bytes() {
        let (rows, counts) = sample();
        let bytes = || BoostedTrees::train(&rows, &counts).unwrap().encode().unwrap();
        assert_eq!(bytes(), bytes());
    }
}
