//! Four of the original's formulas as published (its §3.1, §3.2, §3.4 and §3.5).

use domain::Venue;

use super::Forecast;
use super::inputs::Inputs;

/// Recent means and seven adjustments.
pub(super) fn moving_average(inputs: &Inputs) -> Forecast {
    let base = 0.50 * inputs.points_last_5 + 0.30 * inputs.points_last_10 + 0.20 * inputs.points_season;
    let points = base + freshness_taken_for_fatigue(inputs, 2.5, 1.0) + 0.3 * inputs.mismatch
        - 1.5 * inputs.back_to_back
        + 0.3 * inputs.pace
        + venue(inputs, 0.5, -0.5)
        + 0.4 * inputs.usage_spike;
    Forecast::of(points, confidence_by_spread(inputs))
}

/// The season's mean against a defence. F2: a rating above 110 is a weak defence and takes points off; and because
/// the league's mean lies well above 110, it takes them off nearly everybody.
pub(super) fn zone_matchup(inputs: &Inputs) -> Forecast {
    let zones = [(inputs.paint, 1.2), (inputs.mid_range, 1.0), (inputs.three, 1.1), (inputs.free_throw, 0.8)];
    let matchup = |(share, strength): (f64, f64)| {
        let score = ((110.0 - inputs.opponent_def_rating) * 0.3 * strength).clamp(-3.0, 3.0);
        let emphasis = match share {
            share if share >= 0.40 => 1.0,
            share if share >= 0.20 => 0.7,
            _ => 0.4,
        };
        score * emphasis
    };
    let points = inputs.points_season
        + zones.into_iter().map(matchup).sum::<f64>()
        + 0.4 * inputs.pace
        + venue(inputs, 0.8, -0.8)
        + freshness_taken_for_fatigue(inputs, 1.5, 0.8);
    Forecast::of(points, confidence_by_spread(inputs))
}

/// What ran under the name of a boosted model. Its noise (normal, 0.3 points) is left out, and its two adjustments for
/// shot profiles: they ask for shares above 40, and shares are fractions.
pub(super) fn xgboost_mock(inputs: &Inputs) -> Forecast {
    let base = 0.35 * inputs.points_last_5 + 0.40 * inputs.points_last_10 + 0.25 * inputs.points_season;
    let fatigue = match inputs.fatigue {
        score if score < 40.0 => -3.0,
        score if score < 55.0 => -2.0,
        score if score < 70.0 => -1.2,
        score if score < 80.0 => -0.5,
        score if score > 90.0 => 0.8,
        _ => 0.0,
    };
    let defense = match inputs.opponent_def_rating {
        rating if rating < 106.0 => -2.0,
        rating if rating < 110.0 => -1.2,
        rating if rating < 113.0 => -0.5,
        rating if rating > 120.0 => 1.5,
        rating if rating > 116.0 => 0.8,
        _ => 0.0,
    };
    let minutes = match inputs.minutes_last_10 {
        minutes if minutes > 36.0 => 0.8,
        minutes if minutes >= 30.0 => 0.4,
        minutes if minutes < 25.0 => -1.2,
        _ => 0.0,
    };
    let pace_weight = if inputs.usage_rate > 28.0 { 0.12 } else { 0.08 };
    let spike_weight = if inputs.usage_spike.abs() > 5.0 { 0.45 } else { 0.30 };
    let points = base
        + fatigue
        + 0.35 * inputs.mismatch
        + pace_weight * inputs.pace
        + spike_weight * inputs.usage_spike
        + defense
        - 2.5 * inputs.back_to_back
        + venue(inputs, 1.3, -0.6)
        + minutes;
    let quality = match inputs.quality {
        quality if quality >= 90.0 => 10.0,
        quality if quality >= 80.0 => 7.0,
        quality if quality >= 70.0 => 5.0,
        quality if quality >= 60.0 => 2.0,
        _ => 0.0,
    };
    let steadiness = match inputs.points_std {
        spread if spread < 4.0 => 10.0,
        spread if spread < 6.0 => 7.0,
        spread if spread < 8.0 => 5.0,
        _ => 2.0,
    };
    Forecast::of(points, 70.0 + quality + steadiness)
}

/// The mean of those that answered, by how confident each is of itself.
pub(super) fn ensemble(members: &[Option<Forecast>]) -> Option<Forecast> {
    let spoken: Vec<Forecast> = members.iter().flatten().copied().collect();
    if spoken.len() < 2 {
        return None;
    }
    let confidence: f64 = spoken.iter().map(|forecast| forecast.confidence).sum();
    let points: f64 = spoken.iter().map(|forecast| forecast.confidence * forecast.points).sum();
    Some(Forecast::of(points / confidence, confidence / spoken.len() as f64))
}

/// F1: 100 is fresh, and the freshest lose the most.
fn freshness_taken_for_fatigue(inputs: &Inputs, high: f64, medium: f64) -> f64 {
    match inputs.fatigue {
        score if score > 70.0 => -high,
        score if score > 50.0 => -medium,
        _ => 0.0,
    }
}

fn venue(inputs: &Inputs, home: f64, away: f64) -> f64 {
    match inputs.venue {
        Venue::Home => home,
        Venue::Away => away,
    }
}

/// Less for who scatters, more for who has played this week. It reaches 60 at most, where the others start at 50.
fn confidence_by_spread(inputs: &Inputs) -> f64 {
    let scatter: f64 = match inputs.points_std {
        spread if spread > 6.0 => -15.0,
        spread if spread > 4.0 => -8.0,
        _ => 0.0,
    };
    let games = match inputs.games_last_7 {
        games if games >= 3.0 => 10.0,
        games if games >= 2.0 => 5.0,
        _ => -10.0,
    };
    (50.0 + scatter + games).clamp(20.0, 80.0)
}
