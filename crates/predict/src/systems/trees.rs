//! `xgboost_v1`: gradient-boosted trees over the market-free inputs. Evaluation only; `pipeline` trains them.

use std::sync::Arc;

use domain::Cutoff;
use jiff::Timestamp;

use crate::inputs::{INPUTS_VERSION, Inputs};
use crate::{Abstain, Booster, Question, System, SystemId};

/// What a trained model must say about itself before it is believed.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelCard {
    /// Version of the inputs it was trained on.
    pub schema: String,
    /// Nothing known later than this was used to train it.
    pub trained_through: Timestamp,
}

impl ModelCard {
    /// The card of a model trained now, with these inputs, on what was known before an instant.
    pub fn through(trained_through: Timestamp) -> Self {
        Self { schema: INPUTS_VERSION.to_owned(), trained_through }
    }

    /// Whether a model may be asked under this cutoff.
    ///
    /// # Errors
    /// The reason it may not.
    pub fn admit(&self, cutoff: Cutoff) -> Result<(), Abstain> {
        if self.schema != INPUTS_VERSION {
            return Err(Abstain::SchemaMismatch);
        }
        if self.trained_through >= cutoff.instant() {
            return Err(Abstain::TrainedPastCutoff { trained_through: self.trained_through, cutoff });
        }
        Ok(())
    }
}

/// A trained model with its card.
#[derive(Clone)]
pub struct Trees {
    /// What it says about itself.
    pub card: ModelCard,
    /// The model.
    pub booster: Arc<dyn Booster>,
}

impl System for Trees {
    fn id(&self) -> SystemId {
        SystemId::Xgboost
    }

    fn mean(&self, question: &Question) -> Result<f64, Abstain> {
        self.mean_of(question.features.cutoff(), question.games, &question.inputs)
    }
}

impl Trees {
    /// The mean of a row as of a cutoff, of someone who has played so many games.
    ///
    /// # Errors
    /// The reason for silence.
    pub fn mean_of(&self, cutoff: Cutoff, games: u16, inputs: &Inputs) -> Result<f64, Abstain> {
        self.card.admit(cutoff)?;
        if games == 0 {
            return Err(Abstain::TooFewGames { have: 0, need: 1 });
        }
        Ok(self.booster.predict(inputs).max(0.0))
    }
}

/// Stands in for a model that has not been trained yet, and says so.
pub(super) struct Untrained;

impl System for Untrained {
    fn id(&self) -> SystemId {
        SystemId::Xgboost
    }

    fn mean(&self, _: &Question) -> Result<f64, Abstain> {
        Err(Abstain::NoModel)
    }
}
