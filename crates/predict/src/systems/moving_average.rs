//! `moving_average`: recent means with adjustments (original §3.1, its fatigue sign corrected).

use super::{adjustment, enough_games, fatigue_adjustment, law_around, required, venue_adjustment};
use crate::features::Feature;
use crate::{Abstain, CountLaw, Question, System, SystemId};

pub(super) struct MovingAverage;

impl System for MovingAverage {
    fn id(&self) -> SystemId {
        SystemId::MovingAverage
    }

    fn answer(&self, question: &Question) -> Result<CountLaw, Abstain> {
        enough_games(question)?;
        let last_5 = required(question, Feature::PointsAvgLast5)?;
        let last_10 = required(question, Feature::PointsAvgLast10)?;
        // Before a player's first game of a season its mean does not exist; the longer window stands in.
        let season = question.features.get(Feature::PointsAvgSeason).unwrap_or(last_10);
        let base = 0.50 * last_5 + 0.30 * last_10 + 0.20 * season;
        let mean = base
            + fatigue_adjustment(question, 2.5, 1.0)
            + adjustment(question, Feature::ShotZoneMismatchScore, 0.3)
            + adjustment(question, Feature::BackToBack, -1.5)
            + adjustment(question, Feature::PaceScore, 0.3)
            + adjustment(question, Feature::UsageSpikeScore, 0.4)
            + venue_adjustment(question, 0.5, 0.5);
        Ok(law_around(mean))
    }
}
