//! Boosted trees for one market.

use hessboost::prelude::*;
use predict::inputs::{Input, Inputs};

use crate::pipeline::StepError;

/// Settings.
#[derive(Debug, Clone)]
pub struct Params { pub rounds: usize, pub eta: f64, pub leaves: usize, pub depth: usize, pub min_child: f64, pub lambda: f64, pub subsample: f64, pub colsample: f64, pub bins: usize, pub late: bool, pub lossguide: bool }

/// Three boosters.
pub struct Learned { direct: BoostedModel, minutes: BoostedModel, rate: BoostedModel, columns: Vec<Input> }

fn broken(error: impl std::fmt::Display) -> StepError {
    StepError::Broken(format!("the learner refused: {error}"))
}

pub fn matrix(columns: &[Input], rows: &[&Inputs]) -> Result<DMatrix, StepError> {
    let mut flat = Vec::with_capacity(rows.len() * columns.len());
    for row in rows { for c in columns { flat.push(row.values()[*c as usize]); } }
    DMatrix::from_dense_vec(flat, rows.len(), columns.len()).map_err(broken)
}

impl Learned {
    /// Trains.
    pub fn train(rows: &[&Inputs], counts: &[f32], minutes: &[f32], weights: Option<&[f32]>, p: &Params) -> Result<Self, StepError> {
        let columns: Vec<Input> = Input::ALL.into_iter().filter(|i| p.late || !i.is_late()).collect();
        let base = matrix(&columns, rows)?;
        let mut b = TrainingParams::builder()
            .objective(Objective::SquaredError(RegLoss::default()))
            .tree_method(TreeMethod::Hist).max_bin(p.bins)
            .eta(p.eta).min_child_weight(p.min_child).lambda(p.lambda).subsample(p.subsample).colsample_bytree(p.colsample).seed(20_131_029);
        b = if p.lossguide { b.grow_policy(hessboost::config::GrowPolicy::LossGuide).max_leaves(p.leaves).max_depth(p.depth) } else { b.max_depth(p.depth) };
        let params = b.build().map_err(broken)?;
        let fit = |labels: &[f32], w: Option<Vec<f32>>| -> Result<BoostedModel, StepError> {
            let mut m = base.clone().with_labels(labels).map_err(broken)?;
            if let Some(w) = w { m = m.with_weights(&w).map_err(broken)?; }
            train(&params, &m, p.rounds).map_err(broken)
        };
        let direct = fit(counts, weights.map(|w| w.to_vec()))?;
        let mins = fit(minutes, weights.map(|w| w.to_vec()))?;
        let rate: Vec<f32> = counts.iter().zip(minutes).map(|(c, m)| if *m > 0.5 { c / m } else { 0.0 }).collect();
        let w: Vec<f32> = minutes.iter().enumerate().map(|(i, m)| if *m > 0.5 { m / 24.0 * weights.map_or(1.0, |w| w[i]) } else { 1e-3 }).collect();
        let rate = fit(&rate, Some(w))?;
        Ok(Self { direct, minutes: mins, rate, columns })
    }

    /// Direct mean, minutes, rate.
    pub fn predict(&self, rows: &[&Inputs]) -> Result<Vec<(f64, f64, f64)>, StepError> {
        let m = matrix(&self.columns, rows)?;
        let p = |model: &BoostedModel| -> Result<Vec<f32>, StepError> { Ok(model.predict(&m, Iterations::Best).map_err(broken)?.to_vec()) };
        let (a, b, c) = (p(&self.direct)?, p(&self.minutes)?, p(&self.rate)?);
        Ok(a.iter().zip(&b).zip(&c).map(|((a, b), c)| (f64::from(*a), f64::from(*b), f64::from(*c))).collect())
    }
}
