//! The numbers the original's formulas read, from ours: its units, its constants, and a default for all that is missing.

use domain::Venue;

use crate::Question;
use crate::features::Feature;

/// A row of the original's feature store, as far as a formula reads it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inputs {
    pub(super) points_last_5: f64,
    pub(super) points_last_10: f64,
    pub(super) points_season: f64,
    pub(super) points_std: f64,
    pub(super) games_last_7: f64,
    /// 100 is fresh.
    pub(super) fatigue: f64,
    pub(super) mismatch: f64,
    pub(super) pace: f64,
    pub(super) usage_spike: f64,
    pub(super) opponent_def_rating: f64,
    pub(super) venue: Venue,
    pub(super) back_to_back: f64,
    /// Days from his last game to tonight's.
    pub(super) days_rest: i32,
    pub(super) paint: f64,
    pub(super) mid_range: f64,
    pub(super) three: f64,
    pub(super) free_throw: f64,
    pub(super) minutes_last_10: f64,
    pub(super) usage_rate: f64,
    /// How well founded the row is, 0 to 100.
    pub(super) quality: f64,
}

impl Inputs {
    /// What the original would have stored where we have these features.
    pub(super) fn of(question: &Question) -> Self {
        let known = |feature: Feature, default: f64| question.features.get(feature).unwrap_or(default);
        Self {
            points_last_5: known(Feature::PointsAvgLast5, 10.0),
            points_last_10: known(Feature::PointsAvgLast10, 10.0),
            points_season: known(Feature::PointsAvgSeason, 10.0),
            points_std: known(Feature::PointsStdLast10, 5.0),
            games_last_7: known(Feature::GamesInLast7Days, 3.0),
            fatigue: fatigue(question),
            // Nearly its own: who shoots from everywhere was given the paint's, where ours goes by his shares.
            mismatch: known(Feature::ShotZoneMismatchScore, 0.0),
            // F7: the opponent's pace was null, so its difference was nought in 94 of 100 rows.
            pace: 0.0,
            // F6: nobody ever projected a usage, so none rose above the last week's.
            usage_spike: 0.0,
            opponent_def_rating: known(Feature::OpponentDefRating, 112.0),
            venue: if known(Feature::HomeAway, 0.0) > 0.5 { Venue::Home } else { Venue::Away },
            // F3: true where the dates' difference is nought, which that of two games never is.
            back_to_back: 0.0,
            // F4: the dates' difference, where teams have the days between: 1 is a back-to-back.
            days_rest: question.rest.map_or(1, |rest| i32::from(rest.days()) + 1),
            paint: known(Feature::PctPaint, 0.30),
            mid_range: known(Feature::PctMidRange, 0.20),
            three: known(Feature::PctThree, 0.35),
            free_throw: known(Feature::PctFreeThrow, 0.15),
            minutes_last_10: known(Feature::MinutesAvgLast10, 28.0),
            // F10: the team's share of wins under this name; F5: which is a half for everybody.
            usage_rate: 0.5,
            quality: quality(question),
        }
    }
}

/// Our score with the original's rest in it; 50 where there is none. Neither has the original's age term.
fn fatigue(question: &Question) -> f64 {
    let Some((score, rest)) = question.features.get(Feature::FatigueScore).zip(question.rest) else { return 50.0 };
    // F3: nobody was ever seen on a back-to-back.
    let not_taken_off = if rest.is_back_to_back() { 15.0 } else { 0.0 };
    // F4: three days from game to game earn what three days off should.
    let given_early = if rest.days() == 2 { 5.0 } else { 0.0 };
    (score + not_taken_off + given_early).min(100.0)
}

/// The mean over the first 25 features of 100 for one that is there and 40 for a default.
fn quality(question: &Question) -> f64 {
    let scored = &question.features.values()[..25];
    let present = scored.iter().flatten().count() as f64;
    40.0 + 60.0 * present / scored.len() as f64
}
