//! What a month's artifacts say about themselves, as stored, and the panel that is made of them again.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Cutoff, Market};
use predict::inputs::{INPUTS_VERSION, Input};
use predict::residuals::{ResidualLaw, TERMS};
use predict::{Attendance, EnsembleWeights, Learnt, MarketBlend, MarketShrink, ModelCard, Panel, SystemId, Trees};
use serde::{Deserialize, Serialize};

use super::month::Learned;
use super::trees::BoostedTrees;
use crate::pipeline::StepError;
use crate::rows::ModelArtifact;
use crate::{MARKET, PayloadHash};

/// What an artifact says about itself, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredCard {
    /// Hash of the inputs' names and order: a row of another schema is not for these models.
    pub schema_hash: String,
    /// Hash of all rows it was learned from.
    pub data_fingerprint: String,
    /// How the system's means are missed.
    pub law: Option<StoredLaw>,
    /// Members' weights, of the ensemble.
    pub weights: Option<Vec<(String, f64)>>,
    /// The weights of the ensemble and the books, of the system that sees the market.
    pub blend: Option<StoredBlend>,
    /// What the law counts for beside a price.
    pub shrink: Option<StoredShrink>,
    /// Coefficients of who plays, of the ensemble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendance: Option<Vec<f64>>,
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

/// A market-seeing mean, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredBlend {
    /// Added to both.
    pub intercept: f64,
    /// Weight of the ensemble.
    pub mean: f64,
    /// Weight of the books.
    pub market: f64,
}

/// A shrink toward the price, as stored: coefficients of log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredShrink {
    /// Log-odds where both say even.
    pub intercept: f64,
    /// Weight of the law.
    pub law: f64,
    /// Weight of the price.
    pub price: f64,
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

/// A month's artifacts of a market: one a system, so that each forecast names what it rests on.
pub(crate) fn artifacts(market: Market, learned: &Learned) -> Result<Vec<ModelArtifact>, StepError> {
    let artifact = |system| {
        Ok(ModelArtifact {
            market,
            system,
            schema: INPUTS_VERSION.to_owned(),
            trained_through: learned.through.instant(),
            rows: learned.examples as u64,
            card: serde_json::to_string(&card(learned, system)).expect("a card of numbers and names"),
            body: if system == SystemId::Xgboost { learned.trees.encode()? } else { Vec::new() },
        })
    };
    SystemId::ALL.into_iter().map(artifact).collect()
}

fn card(learned: &Learned, system: SystemId) -> StoredCard {
    let Learnt { weights, blend, laws, shrinks, attendance } = &learned.learnt;
    let law = |law: &ResidualLaw| {
        let (scale, bins) = law.parameters();
        StoredLaw { scale: *scale, bins: bins.to_vec() }
    };
    let MarketBlend { intercept, mean, market } = *blend;
    let shrink = |shrink: &MarketShrink| {
        let MarketShrink { intercept, law, price } = *shrink;
        StoredShrink { intercept, law, price }
    };
    let names: Vec<&str> = Input::ALL.into_iter().map(Input::name).collect();
    StoredCard {
        schema_hash: PayloadHash::of(names.join("\n").as_bytes()).to_string(),
        data_fingerprint: learned.fingerprint.to_string(),
        law: laws.get(&system).map(law),
        weights: (system == SystemId::Ensemble).then(|| shares(weights)),
        blend: (system == SystemId::MarketBlend).then_some(StoredBlend { intercept, mean, market }),
        shrink: shrinks.get(&system).map(shrink),
        attendance: attendance
            .as_ref()
            .filter(|_| system == SystemId::Ensemble)
            .map(|attendance| attendance.coefficients().to_vec()),
        holdout: learned.holdouts.get(&system).copied().unwrap_or_else(|| Holdout::of(&[])),
    }
}

fn shares(weights: &EnsembleWeights) -> Vec<(String, f64)> {
    let total: f64 = Panel::MEMBERS.iter().map(|member| weights.of(*member)).sum();
    Panel::MEMBERS.map(|member| (member.code().to_owned(), weights.of(member) / total)).into()
}

/// A month's artifacts by what they count. [`MARKET`] is among them if it has none: about it the formulas speak without models.
pub(crate) fn by_market(artifacts: Vec<ModelArtifact>) -> BTreeMap<Market, Vec<ModelArtifact>> {
    let mut by_market = BTreeMap::from([(MARKET, Vec::new())]);
    for artifact in artifacts {
        by_market.entry(artifact.market).or_default().push(artifact);
    }
    by_market
}

/// The panel that a month's artifacts of one market make for an edition of this cutoff.
pub(crate) fn panel(artifacts: &[ModelArtifact], cutoff: Cutoff) -> Result<Panel, StepError> {
    let trees = artifacts.iter().find(|artifact| artifact.system == SystemId::Xgboost).map(|artifact| {
        let card = ModelCard { schema: artifact.schema.clone(), trained_through: artifact.trained_through };
        Ok::<_, StepError>(Trees { card, booster: Arc::new(BoostedTrees::decode(&artifact.body)?) })
    });
    Ok(Panel::new(trees.transpose()?, learnt(artifacts, cutoff)?))
}

/// What a month's artifacts of one market have learnt besides the trees. Trees that know too much keep silent by themselves; weights, laws
/// and shrinks could not, so that none is made of an artifact that was trained past the cutoff.
pub(crate) fn learnt(artifacts: &[ModelArtifact], cutoff: Cutoff) -> Result<Learnt, StepError> {
    let mut learnt = Learnt::default();
    for artifact in artifacts {
        let system = artifact.system;
        let damaged = |what: &str| StepError::Broken(format!("the artifact of {system}: {what}"));
        if artifact.trained_through > cutoff.instant() {
            let through = artifact.trained_through;
            return Err(damaged(&format!("trained through {through}, past the cutoff {}", cutoff.instant())));
        }
        let card: StoredCard = serde_json::from_str(&artifact.card).map_err(|error| damaged(&error.to_string()))?;
        if let Some(StoredLaw { scale, bins }) = card.law {
            let law = ResidualLaw::from_parameters(scale, bins).ok_or_else(|| damaged("its law is none"))?;
            learnt.laws.insert(system, law);
        }
        if let Some(StoredShrink { intercept, law, price }) = card.shrink {
            learnt.shrinks.insert(system, MarketShrink { intercept, law, price });
        }
        if let Some(StoredBlend { intercept, mean, market }) = card.blend {
            learnt.blend = MarketBlend { intercept, mean, market };
        }
        if let Some(stored) = card.attendance {
            let attendance = Attendance::from_coefficients(&stored).ok_or_else(|| damaged("who plays"))?;
            learnt.attendance = Some(attendance);
        }
        if let Some(stored) = card.weights {
            let member = |(system, weight): (String, f64)| Ok((system.parse()?, weight));
            let members: Result<_, domain::ParseError> = stored.into_iter().map(member).collect();
            learnt.weights = EnsembleWeights::Learned(members.map_err(|error| damaged(&error.to_string()))?);
        }
    }
    Ok(learnt)
}
