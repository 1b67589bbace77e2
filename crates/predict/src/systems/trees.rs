//! `xgboost_v1`: gradient-boosted trees over the market-free features. Evaluation only; `pipeline` trains them.

use std::sync::Arc;

use domain::Cutoff;
use jiff::Timestamp;

use crate::features::{Feature, SCHEMA_VERSION};
use crate::{Abstain, Booster, CountLaw, Question, System, SystemId, VarianceCurve};

/// What a trained model must say about itself before it is believed.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelCard {
    /// Feature schema it was trained on.
    pub schema: String,
    /// Nothing known later than this was used to train it.
    pub trained_through: Timestamp,
    /// How far counts scatter around its means, measured on rows it had not seen.
    pub spread: VarianceCurve,
}

impl ModelCard {
    /// Whether a model may be asked under this cutoff.
    ///
    /// # Errors
    /// The reason it may not.
    pub fn admit(&self, cutoff: Cutoff) -> Result<(), Abstain> {
        if self.schema != SCHEMA_VERSION {
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

impl Trees {
    /// The features a row consists of, in order: all that carry no price.
    pub fn inputs() -> impl Iterator<Item = Feature> {
        Feature::ALL.into_iter().filter(|feature| !feature.saw_market())
    }

    /// A row for training or evaluation: missing values are NaN.
    pub fn row(vector: &crate::features::FeatureVector) -> Vec<f32> {
        Self::inputs().map(|feature| vector.get(feature).map_or(f32::NAN, |value| value as f32)).collect()
    }
}

impl System for Trees {
    fn id(&self) -> SystemId {
        SystemId::Xgboost
    }

    fn answer(&self, question: &Question) -> Result<CountLaw, Abstain> {
        self.card.admit(question.features.cutoff())?;
        if question.games == 0 {
            return Err(Abstain::TooFewGames { have: 0, need: 1 });
        }
        let mean = self.booster.predict(&Self::row(&question.features));
        Ok(CountLaw::negative_binomial(mean, self.card.spread))
    }
}

/// Stands in for a model that has not been trained yet, and says so.
pub(super) struct Untrained;

impl System for Untrained {
    fn id(&self) -> SystemId {
        SystemId::Xgboost
    }

    fn answer(&self, _: &Question) -> Result<CountLaw, Abstain> {
        Err(Abstain::NoModel)
    }
}
