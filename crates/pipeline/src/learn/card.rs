//! What a month's artifacts say about themselves, as stored, and the panel that is made of them again.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Cutoff;
use predict::inputs::INPUTS_VERSION;
use predict::residuals::{ResidualLaw, TERMS};
use predict::{EnsembleWeights, ModelCard, Panel, SystemId, Trees};
use serde::{Deserialize, Serialize};

use super::month::Learned;
use super::trees::BoostedTrees;
use crate::pipeline::StepError;
use crate::rows::ModelArtifact;

/// What an artifact says about itself, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredCard {
    /// How the system's means are missed.
    pub law: Option<StoredLaw>,
    /// Members' weights, of the ensemble.
    pub weights: Option<Vec<(String, f64)>>,
    /// What was measured on player-games that no model had seen.
    pub holdout: Holdout,
}

/// A law of residuals, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredLaw {
    /// Coefficients of the scale.
    pub scale: [f64; TERMS],
    /// Mean and standardised misses of each bin.
    pub bins: Vec<(f64, Vec<f64>)>,
}

/// What was measured on player-games that no model had seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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

impl Holdout {
    /// From predicted means and counts.
    pub(super) fn of(pairs: &[(f64, f64)]) -> Self {
        let average = |of: fn(f64) -> f64| {
            pairs.iter().map(|(mean, count)| of(mean - count)).sum::<f64>() / pairs.len().max(1) as f64
        };
        Self {
            rows: pairs.len() as u64,
            mae: average(f64::abs),
            rmse: average(|error| error * error).sqrt(),
            bias: average(|error| error),
        }
    }
}

/// A month's artifacts: one a system, so that each forecast names what it rests on.
pub(crate) fn artifacts(learned: &Learned, through: Cutoff) -> Result<Vec<ModelArtifact>, StepError> {
    SystemId::ALL
        .into_iter()
        .map(|system| {
            let card = StoredCard {
                law: learned.laws.get(&system).map(|law| {
                    let (scale, bins) = law.parameters();
                    StoredLaw { scale: *scale, bins: bins.to_vec() }
                }),
                weights: (system == SystemId::Ensemble).then(|| weights(&learned.weights)),
                holdout: learned.holdouts.get(&system).copied().unwrap_or_else(|| Holdout::of(&[])),
            };
            Ok(ModelArtifact {
                system,
                schema: INPUTS_VERSION.to_owned(),
                trained_through: through.instant(),
                rows: learned.examples as u64,
                card: serde_json::to_string(&card).expect("a card of numbers and names"),
                body: if system == SystemId::Xgboost { learned.trees.encode()? } else { Vec::new() },
            })
        })
        .collect()
}

fn weights(weights: &EnsembleWeights) -> Vec<(String, f64)> {
    let total: f64 = Panel::MEMBERS.iter().map(|member| weights.of(*member)).sum();
    Panel::MEMBERS.map(|member| (member.code().to_owned(), weights.of(member) / total)).into()
}

/// The panel with the newest artifact of each system.
pub(crate) fn panel(artifacts: &[ModelArtifact]) -> Result<Panel, StepError> {
    let mut trees = None;
    let mut weights = EnsembleWeights::Equal;
    let mut laws = BTreeMap::new();
    for artifact in artifacts {
        let damaged = |what: &str| StepError::Broken(format!("the artifact of {}: {what}", artifact.system));
        let card: StoredCard = serde_json::from_str(&artifact.card).map_err(|error| damaged(&error.to_string()))?;
        if let Some(StoredLaw { scale, bins }) = card.law {
            let law = ResidualLaw::from_parameters(scale, bins).ok_or_else(|| damaged("no law"))?;
            laws.insert(artifact.system, law);
        }
        if let Some(stored) = card.weights {
            let member = |(system, weight): (String, f64)| Ok((system.parse()?, weight));
            let members: Result<_, domain::ParseError> = stored.into_iter().map(member).collect();
            weights = EnsembleWeights::Learned(members.map_err(|error| damaged(&error.to_string()))?);
        }
        if artifact.system == SystemId::Xgboost {
            let card = ModelCard { schema: artifact.schema.clone(), trained_through: artifact.trained_through };
            trees = Some(Trees { card, booster: Arc::new(BoostedTrees::decode(&artifact.body)?) });
        }
    }
    Ok(Panel::new(trees, weights, laws))
}
