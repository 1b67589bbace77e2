//! The five systems, and how they answer together.

mod ensemble;
mod moving_average;
mod similarity;
mod trees;
mod zone_matchup;

use domain::Venue;

pub use ensemble::EnsembleWeights;
pub use trees::{ModelCard, Trees};

use crate::features::Feature;
use crate::{Abstain, CountLaw, Question, System, SystemId, VarianceCurve};

/// What one system said.
pub type Answer = (SystemId, Result<CountLaw, Abstain>);

/// The systems as they stand for one slate: the formulas, and whatever has been trained by then.
pub struct Panel {
    members: Vec<Box<dyn System>>,
    weights: EnsembleWeights,
}

impl Panel {
    /// The systems that answer by themselves, in the order in which they do.
    pub const MEMBERS: [SystemId; 4] =
        [SystemId::MovingAverage, SystemId::ZoneMatchup, SystemId::Similarity, SystemId::Xgboost];

    /// The panel with these trained parts. Without trees `xgboost_v1` abstains; without weights the ensemble
    /// counts its members alike.
    pub fn new(trees: Option<Trees>, weights: EnsembleWeights) -> Self {
        let trees: Box<dyn System> = match trees {
            Some(trees) => Box::new(trees),
            None => Box::new(trees::Untrained),
        };
        let members: Vec<Box<dyn System>> = vec![
            Box::new(moving_average::MovingAverage),
            Box::new(zone_matchup::ZoneMatchup),
            Box::new(similarity::Similarity),
            trees,
        ];
        assert!(members.iter().map(|member| member.id()).eq(Self::MEMBERS), "a panel has its members");
        Self { members, weights }
    }

    /// Every system's answer, in the order of [`SystemId::ALL`].
    pub fn answer(&self, question: &Question) -> Vec<Answer> {
        let mut answers: Vec<Answer> =
            self.members.iter().map(|system| (system.id(), system.answer(question))).collect();
        let together = self.weights.combine(&answers);
        answers.push((SystemId::Ensemble, together));
        answers
    }
}

/// The law around a formula's mean.
fn law_around(mean: f64) -> CountLaw {
    CountLaw::negative_binomial(mean, VarianceCurve::POINTS)
}

/// A feature a formula cannot do without.
fn required(question: &Question, feature: Feature) -> Result<f64, Abstain> {
    question.features.get(feature).ok_or(Abstain::MissingFeature(feature))
}

/// An adjustment by a feature; one that is not known is not made.
fn adjustment(question: &Question, feature: Feature, weight: f64) -> f64 {
    question.features.get(feature).map_or(0.0, |value| weight * value)
}

/// Points for playing at home, and against for playing away.
fn venue_adjustment(question: &Question, home: f64, away: f64) -> f64 {
    match venue(question) {
        Some(Venue::Home) => home,
        Some(Venue::Away) => -away,
        None => 0.0,
    }
}

fn venue(question: &Question) -> Option<Venue> {
    question.features.get(Feature::HomeAway).map(|home| if home > 0.5 { Venue::Home } else { Venue::Away })
}

/// Points taken off the tired: `exhausted` below a fatigue score of 50, `tired` below 70.
fn fatigue_adjustment(question: &Question, exhausted: f64, tired: f64) -> f64 {
    match question.features.get(Feature::FatigueScore) {
        Some(score) if score < 50.0 => -exhausted,
        Some(score) if score < 70.0 => -tired,
        _ => 0.0,
    }
}

/// Games a formula needs before it speaks.
const MIN_GAMES: u16 = 3;

fn enough_games(question: &Question) -> Result<(), Abstain> {
    if question.games < MIN_GAMES {
        return Err(Abstain::TooFewGames { have: question.games, need: MIN_GAMES });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
