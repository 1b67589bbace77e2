//! `moving_average`: recent averages, moved by the venue, the schedule and the pace (original §3.1). Its weights and signs
//! are replaced by small shares of the usual count, set by hand and not fitted: the law corrects what they miss together.

use super::{adjustment, usual};
use crate::inputs::Input;
use crate::{Abstain, Question, System, SystemId};

pub(super) struct MovingAverage;

impl System for MovingAverage {
    fn id(&self) -> SystemId {
        SystemId::MovingAverage
    }

    fn mean(&self, question: &Question) -> Result<f64, Abstain> {
        let usual = usual(question)?;
        let yesterday = question.inputs.get(Input::DaysOff) == Some(1.0);
        let share = adjustment(question, Input::Home, 0.02) - 0.01
            + if yesterday { -0.02 } else { 0.0 }
            + adjustment(question, Input::OpponentPace, 0.006);
        Ok(usual * (1.0 + share.clamp(-0.15, 0.15)))
    }
}
