//! `ensemble_v1`: the other systems' means, weighted by what was learned on earlier slates, never by how
//! confident a system is of itself.

use super::MeanAnswer;
use crate::{Abstain, SystemId};

/// Fewer members than this make no ensemble.
const MIN_MEMBERS: u16 = 2;

/// What each member's mean counts for.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum EnsembleWeights {
    /// Nothing has been learned yet: members count alike.
    #[default]
    Equal,
    /// Learned on slates before the model's `trained_through`; the weights sum to one.
    Learned(Vec<(SystemId, f64)>),
}

impl EnsembleWeights {
    /// A member's weight.
    pub fn of(&self, system: SystemId) -> f64 {
        match self {
            Self::Equal => 1.0,
            Self::Learned(weights) => {
                weights.iter().find(|(member, _)| *member == system).map_or(0.0, |(_, weight)| *weight)
            }
        }
    }

    /// The members' means with the ensemble's behind them.
    pub fn together(&self, mut means: Vec<MeanAnswer>) -> Vec<MeanAnswer> {
        let together = self.combine(&means);
        means.push((SystemId::Ensemble, together));
        means
    }

    /// The weighted mean of the members that answered. A silent member's weight goes to the others in proportion.
    fn combine(&self, means: &[MeanAnswer]) -> Result<f64, Abstain> {
        let spoken: Vec<(f64, f64)> =
            means.iter().filter_map(|(system, mean)| Some((self.of(*system), *mean.as_ref().ok()?))).collect();
        let have = spoken.len() as u16;
        if have < MIN_MEMBERS {
            return Err(Abstain::TooFewMembers { have, need: MIN_MEMBERS });
        }
        let total: f64 = spoken.iter().map(|(weight, _)| weight).sum();
        // Members of no weight that speak alone are still better than none.
        if total == 0.0 {
            return Ok(spoken.iter().map(|(_, mean)| mean).sum::<f64>() / spoken.len() as f64);
        }
        Ok(spoken.iter().map(|(weight, mean)| weight * mean).sum::<f64>() / total)
    }

    /// Weights in steps of a twentieth, summing to one, with the least squared error of the weighted mean over
    /// rows that every member answered: `predicted[i]` holds the members' means of row i, in `members`' order.
    /// The coarse grid is the regularisation: there is nothing to over-fit in a twentieth.
    pub fn learn(members: &[SystemId], predicted: &[Vec<f64>], actual: &[f64]) -> Self {
        if predicted.is_empty() {
            return Self::Equal;
        }
        // The weights sum to one, so the mixture's error is the weighted sum of the members' errors, and its
        // square a quadratic form in the weights: the rows are summed once.
        let mut products = vec![vec![0.0; members.len()]; members.len()];
        for (row, count) in predicted.iter().zip(actual) {
            for (one, sums) in row.iter().zip(&mut products) {
                for (other, sum) in row.iter().zip(sums) {
                    *sum += (one - count) * (other - count);
                }
            }
        }
        let loss = |weights: &[u32]| -> f64 {
            let weighted = |row: &Vec<f64>| row.iter().zip(weights).map(|(sum, w)| sum * f64::from(*w)).sum::<f64>();
            products.iter().zip(weights).map(|(row, weight)| weighted(row) * f64::from(*weight)).sum()
        };
        let best = compositions(TWENTIETHS, members.len()).into_iter().min_by(|a, b| loss(a).total_cmp(&loss(b)));
        let weights = best.unwrap_or_default();
        let share = |twentieths: u32| f64::from(twentieths) / f64::from(TWENTIETHS);
        Self::Learned(members.iter().copied().zip(weights.into_iter().map(share)).collect())
    }
}

const TWENTIETHS: u32 = 20;

/// All ways to write `total` as a sum of `parts` non-negative numbers, in order.
fn compositions(total: u32, parts: usize) -> Vec<Vec<u32>> {
    match parts {
        0 => Vec::new(),
        1 => vec![vec![total]],
        _ => (0..=total)
            .flat_map(|first| {
                compositions(total - first, parts - 1).into_iter().map(move |mut rest| {
                    rest.insert(0, first);
                    rest
                })
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBERS: [SystemId; 2] = [SystemId::MovingAverage, SystemId::Xgboost];

    #[test]
    fn weights_are_learned_from_errors() {
        let actual: Vec<f64> = (0..200).map(|i| f64::from(i % 25)).collect();
        let predicted: Vec<Vec<f64>> = actual.iter().map(|count| vec![count + 4.0, count - 1.0]).collect();
        let EnsembleWeights::Learned(weights) = EnsembleWeights::learn(&MEMBERS, &predicted, &actual) else {
            panic!("learned weights expected")
        };
        // 0.2 * 4 = 0.8 * 1: the errors cancel.
        assert_eq!(weights, vec![(SystemId::MovingAverage, 0.2), (SystemId::Xgboost, 0.8)]);
    }

    #[test]
    fn a_silent_member_gives_its_weight_away() {
        let weights = EnsembleWeights::Learned(vec![
            (SystemId::MovingAverage, 0.25),
            (SystemId::ZoneMatchup, 0.25),
            (SystemId::Xgboost, 0.5),
        ]);
        let means: Vec<MeanAnswer> = vec![
            (SystemId::MovingAverage, Ok(10.0)),
            (SystemId::ZoneMatchup, Ok(20.0)),
            (SystemId::Xgboost, Err(Abstain::NoModel)),
        ];
        assert_eq!(weights.combine(&means), Ok(15.0));
        assert_eq!(weights.combine(&means[..1]), Err(Abstain::TooFewMembers { have: 1, need: 2 }));
        let weightless = [(SystemId::Similarity, Ok(8.0)), (SystemId::Ensemble, Ok(12.0))];
        assert_eq!(weights.combine(&weightless), Ok(10.0));
    }

    #[test]
    fn compositions_are_complete() {
        assert_eq!(compositions(2, 2), vec![vec![0, 2], vec![1, 1], vec![2, 0]]);
        assert_eq!(compositions(20, 4).len(), 1771);
    }
}
