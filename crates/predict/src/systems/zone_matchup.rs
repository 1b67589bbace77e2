//! `zone_matchup_v1`: the season's mean moved by the opponent's defence where the player scores (original §3.2;
//! signs corrected, and weakness measured against the league instead of a constant 110).

use super::{adjustment, enough_games, fatigue_adjustment, law_around, required, venue_adjustment};
use crate::features::Feature;
use crate::{Abstain, CountLaw, Question, System, SystemId};

pub(super) struct ZoneMatchup;

/// How strongly a defence is felt in a zone, free throws included.
const ZONES: [(Feature, f64); 4] =
    [(Feature::PctPaint, 1.2), (Feature::PctMidRange, 1.0), (Feature::PctThree, 1.1), (Feature::PctFreeThrow, 0.8)];

impl System for ZoneMatchup {
    fn id(&self) -> SystemId {
        SystemId::ZoneMatchup
    }

    fn answer(&self, question: &Question) -> Result<CountLaw, Abstain> {
        enough_games(question)?;
        let season = required(question, Feature::PointsAvgSeason)?;
        let rating = required(question, Feature::OpponentDefRating)?;
        let league = question.league.defensive_rating.ok_or(Abstain::NoLeagueBaseline)?;
        let matchup: f64 = ZONES
            .into_iter()
            .filter_map(|(zone, strength)| {
                let share = question.features.get(zone)?;
                let score = ((rating - league) * 0.3 * strength).clamp(-3.0, 3.0);
                Some(score * emphasis(share) * share)
            })
            .sum();
        let mean = season
            + matchup
            + adjustment(question, Feature::PaceScore, 0.4)
            + venue_adjustment(question, 0.8, 0.8)
            + fatigue_adjustment(question, 1.5, 0.8);
        Ok(law_around(mean))
    }
}

/// A zone counts in full for who lives in it.
fn emphasis(share: f64) -> f64 {
    match share {
        share if share >= 0.40 => 1.0,
        share if share >= 0.20 => 0.7,
        _ => 0.4,
    }
}
