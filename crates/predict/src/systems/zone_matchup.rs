//! `zone_matchup_v1`: recent averages moved by what the opponent allows, in all, to players of this role, and where the
//! player shoots (original §3.2; signs corrected, and weakness measured against the league instead of a constant 110).
//! The shares are set by hand and not fitted.

use super::{adjustment, usual};
use crate::inputs::Input;
use crate::{Abstain, Question, System, SystemId};

pub(super) struct ZoneMatchup;

impl System for ZoneMatchup {
    fn id(&self) -> SystemId {
        SystemId::ZoneMatchup
    }

    fn mean(&self, question: &Question) -> Result<f64, Abstain> {
        let usual = usual(question)?;
        let share = adjustment(question, Input::OpponentDefense, 0.006)
            + adjustment(question, Input::OpponentAllowed, 0.002)
            + adjustment(question, Input::OpponentAllowedRole, 0.002)
            + adjustment(question, Input::OpponentZones, 0.002)
            + adjustment(question, Input::Home, 0.02)
            - 0.01;
        Ok(usual * (1.0 + share.clamp(-0.20, 0.20)))
    }
}
