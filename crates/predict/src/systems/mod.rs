//! The five systems, and how they answer together.

mod ensemble;
mod moving_average;
mod similarity;
mod trees;
mod zone_matchup;

use std::collections::BTreeMap;

use domain::{Market, Probability};

pub use ensemble::EnsembleWeights;
pub use trees::{ModelCard, Trees};

use crate::inputs::{Input, Inputs};
use crate::residuals::{ResidualLaw, scale_terms};
use crate::{
    Abstain, Attendance, CountLaw, MarketBlend, MarketShrink, MarketView, Question, System, SystemId, VarianceCurve,
};

/// What one system said.
pub type Answer = (SystemId, Result<CountLaw, Abstain>);

/// The mean one system said.
pub type MeanAnswer = (SystemId, Result<f64, Abstain>);

/// The systems as they stand for one slate: the formulas, and whatever has been learned by then.
pub struct Panel {
    members: Vec<Box<dyn System>>,
    learned: Learnt,
}

/// What was learned besides the trees.
#[derive(Debug, Clone, Default)]
pub struct Learnt {
    /// What each member counts for in the ensemble.
    pub weights: EnsembleWeights,
    /// What the ensemble counts for beside the books.
    pub blend: MarketBlend,
    /// How each system's means are missed. A system without one misses as any recent average does.
    pub laws: BTreeMap<SystemId, ResidualLaw>,
    /// What a law counts for beside a price, of each system.
    pub shrinks: BTreeMap<SystemId, MarketShrink>,
    /// Who plays.
    pub attendance: Option<Attendance>,
}

impl Panel {
    /// The systems that answer by themselves, in the order in which they do.
    pub const MEMBERS: [SystemId; 4] =
        [SystemId::MovingAverage, SystemId::ZoneMatchup, SystemId::Similarity, SystemId::Xgboost];

    /// The panel with what was learned. Without trees `xgboost_v1` abstains.
    pub fn new(trees: Option<Trees>, learned: Learnt) -> Self {
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
        Self { members, learned }
    }

    /// How likely a player plays; nothing where nothing has taught it.
    pub fn p_plays(&self, inputs: &Inputs) -> Option<Probability> {
        self.learned.attendance.as_ref().map(|attendance| attendance.p_plays(inputs))
    }

    /// Every system's law, in the order of [`SystemId::ALL`]. Only `market_blend_v1` is shown what the books say.
    pub fn answer(&self, question: &Question, view: Option<&MarketView>) -> Vec<Answer> {
        let means = self.members.iter().map(|system| (system.id(), system.mean(question))).collect();
        let around = |system, mean| self.learned.law(system, mean, question.market, &question.inputs);
        let law = |(system, mean): MeanAnswer| (system, mean.map(|mean| around(system, mean)));
        self.learned.together(means, view).into_iter().map(law).collect()
    }
}

impl Learnt {
    /// What a system's law counts for beside a price.
    pub fn shrink(&self, system: SystemId) -> MarketShrink {
        self.shrinks.get(&system).copied().unwrap_or_default()
    }

    /// The members' means, with those behind them that are made of them: the ensemble's, and the market-seeing one.
    pub fn together(&self, means: Vec<MeanAnswer>, view: Option<&MarketView>) -> Vec<MeanAnswer> {
        let mut means = self.weights.together(means);
        let (_, ensemble) = means.last().expect("the ensemble is behind its members");
        let blended = match (ensemble, view) {
            (Ok(mean), Some(view)) => Ok(self.blend.blend(*mean, view)),
            (Err(abstain), _) => Err(abstain.clone()),
            (Ok(_), None) => Err(Abstain::NoLine),
        };
        means.push((SystemId::MarketBlend, blended));
        means
    }

    /// The law around a system's mean.
    pub fn law(&self, system: SystemId, mean: f64, market: Market, inputs: &Inputs) -> CountLaw {
        match self.laws.get(&system) {
            Some(law) => law.around(mean, &scale_terms(mean, inputs)),
            None => CountLaw::negative_binomial(mean, VarianceCurve::of(market)),
        }
    }
}

/// What the formulas say, in the order of [`SystemId::ALL`]: those that need no training.
pub fn formulas(question: &Question) -> Vec<MeanAnswer> {
    let formulas: [&dyn System; 3] =
        [&moving_average::MovingAverage, &zone_matchup::ZoneMatchup, &similarity::Similarity];
    formulas.into_iter().map(|system| (system.id(), system.mean(question))).collect()
}

/// An input a formula cannot do without.
fn required(question: &Question, input: Input) -> Result<f64, Abstain> {
    question.inputs.get(input).ok_or(Abstain::MissingInput(input))
}

/// An adjustment by an input; one that is not known is not made.
fn adjustment(question: &Question, input: Input, weight: f64) -> f64 {
    question.inputs.get(input).map_or(0.0, |value| weight * value)
}

/// What a player counts on any night: half the average of his counts, half his newest minutes at his usual rate.
/// Counts are slow to follow a new part in the team, minutes know nothing of a hot hand.
fn usual(question: &Question) -> Result<f64, Abstain> {
    enough_games(question)?;
    Ok(0.5 * required(question, Input::CountAverage10)? + 0.5 * required(question, Input::CountExpected)?)
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
