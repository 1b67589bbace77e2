//! The original's five formulas as published, errors included: the baseline the corrected systems are measured against.
//!
//! They give points and no law: the original had no probabilities. Its errors (F1 to F18 of its defect list) stand in
//! two places. `inputs` turns our features into the numbers the original computed from them, one line an error; the
//! formulas keep their signs, constants and constant inputs. Not here, because no formula reads the feature: the
//! opponent's rest (F8), the turned trend (F9), lines of one provider (F12) and averages in a line's place (F16). Not
//! here, because they came and went: shares a hundred times too large in 1.5 % of the rows (F11), stored adjustments
//! (F13), zeros for who did not play (F14), quality on two scales (F17). Its week counts the seven days before a slate
//! (F15), as ours does.

mod formulas;
mod inputs;
mod similarity;

use domain::Market;

use crate::{Question, SystemId};
use inputs::Inputs;

/// What a formula of the original says.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Forecast {
    /// Points.
    points: f64,
    /// 0 to 100, and no probability. Two formulas had it on 0 to 1 (F18); the ensemble scaled it.
    confidence: f64,
}

impl Forecast {
    /// Nobody scores less than nothing or more than sixty.
    fn of(points: f64, confidence: f64) -> Self {
        Self { points: points.clamp(0.0, 60.0), confidence }
    }
}

/// The points each formula predicts, in the order of [`SystemId::MARKET_FREE`]; nothing where it is silent, and nothing in
/// another market than points, which the original did not know.
pub fn answers(question: &Question) -> [(SystemId, Option<f64>); 5] {
    if question.market != Market::Points {
        return SystemId::MARKET_FREE.map(|system| (system, None));
    }
    let inputs = Inputs::of(question);
    let members = [
        Some(formulas::moving_average(&inputs)),
        Some(formulas::zone_matchup(&inputs)),
        similarity::similarity(&inputs, &question.past_games),
        Some(formulas::xgboost_mock(&inputs)),
    ];
    let [moving_average, zone_matchup, similarity, xgboost] = members;
    [
        (SystemId::MovingAverage, moving_average),
        (SystemId::ZoneMatchup, zone_matchup),
        (SystemId::Similarity, similarity),
        (SystemId::Xgboost, xgboost),
        (SystemId::Ensemble, formulas::ensemble(&members)),
    ]
    .map(|(system, forecast)| (system, forecast.map(|forecast| forecast.points)))
}

#[cfg(test)]
mod tests;
