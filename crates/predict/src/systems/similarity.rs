//! `similarity_balanced_v1`: the player's past games most like tonight's (original §3.3, over a history whose
//! opponent, rest, venue and form are real).
//!
//! A past game scores 40 for the same defence tier (20 for a neighbouring one), 30 for the same days of rest (15),
//! 15 for the venue and 15 for the form (5 for another). The best twenty of at least 70 points are averaged by
//! score.
//!
//! Five to twenty games are few: by luck alone, a player can have scored more against good defences. So that a
//! weaker defence or a longer rest never lowers the answer, the average is taken for every tier and rest, and
//! tonight's is moved half-way between the highest below it and the lowest above it. Where the averages are in
//! order already, that changes nothing.

use domain::Venue;

use super::{adjustment, law_around, venue, venue_adjustment};
use crate::features::Feature;
use crate::league::DefenseTier;
use crate::question::{Form, PastGame};
use crate::{Abstain, CountLaw, Question, System, SystemId};

pub(super) struct Similarity;

const MIN_SCORE: f64 = 70.0;
const MIN_GAMES: usize = 5;
const MAX_GAMES: usize = 20;

/// Days off, with three or more alike.
type RestBucket = u16;
const FRESHEST: RestBucket = 3;

/// The circumstances two games are compared by.
#[derive(Clone, Copy)]
struct Circumstances {
    defense: DefenseTier,
    rest: RestBucket,
    venue: Venue,
    form: Form,
}

impl System for Similarity {
    fn id(&self) -> SystemId {
        SystemId::Similarity
    }

    fn answer(&self, question: &Question) -> Result<CountLaw, Abstain> {
        let tonight = circumstances(question)?;
        let own = similar_games_mean(&question.past_games, tonight)
            .map_err(|have| Abstain::TooFewGames { have: have as u16, need: MIN_GAMES as u16 })?;
        let mean = monotone(own, tonight, &question.past_games)
            + fatigue_adjustment(question)
            + adjustment(question, Feature::ShotZoneMismatchScore, 0.4)
            + adjustment(question, Feature::PaceScore, 0.8)
            + adjustment(question, Feature::UsageSpikeScore, 0.8)
            + venue_adjustment(question, 0.8, 0.5);
        Ok(law_around(mean))
    }
}

fn circumstances(question: &Question) -> Result<Circumstances, Abstain> {
    let need = |feature: Feature| question.features.get(feature).ok_or(Abstain::MissingFeature(feature));
    let league = question.league.defensive_rating.ok_or(Abstain::NoLeagueBaseline)?;
    let newest = need(Feature::PointsAvgLast5)?;
    let season = question.features.get(Feature::PointsAvgSeason).unwrap_or(newest);
    Ok(Circumstances {
        defense: DefenseTier::of(need(Feature::OpponentDefRating)?, league),
        rest: question.rest.map_or(FRESHEST, |rest| rest.days().min(FRESHEST)),
        venue: venue(question).ok_or(Abstain::MissingFeature(Feature::HomeAway))?,
        form: Form::of(newest, season),
    })
}

fn score(past: &PastGame, tonight: Circumstances) -> f64 {
    let apart = |a: u16, b: u16| a.abs_diff(b);
    let defense = past.defense.map_or(0.0, |tier| match apart(tier as u16, tonight.defense as u16) {
        0 => 40.0,
        1 => 20.0,
        _ => 0.0,
    });
    let rest = past.rest.map_or(0.0, |rest| match apart(rest.days().min(FRESHEST), tonight.rest) {
        0 => 30.0,
        1 => 15.0,
        _ => 0.0,
    });
    let venue = if past.venue == tonight.venue { 15.0 } else { 0.0 };
    let form = match past.form {
        Some(form) if form == tonight.form => 15.0,
        Some(_) => 5.0,
        None => 0.0,
    };
    defense + rest + venue + form
}

/// The mean of the most similar games, weighted by score; or how few there are.
fn similar_games_mean(past_games: &[PastGame], tonight: Circumstances) -> Result<f64, usize> {
    let mut similar: Vec<(f64, f64)> = past_games
        .iter()
        .map(|past| (score(past, tonight), f64::from(past.count)))
        .filter(|(score, _)| *score >= MIN_SCORE)
        .collect();
    if similar.len() < MIN_GAMES {
        return Err(similar.len());
    }
    // Stable: among equals the newer game comes first, as in `past_games`.
    similar.sort_by(|a, b| b.0.total_cmp(&a.0));
    similar.truncate(MAX_GAMES);
    let weights: f64 = similar.iter().map(|(score, _)| score).sum();
    Ok(similar.iter().map(|(score, count)| score * count).sum::<f64>() / weights)
}

/// `own` moved between what no better circumstances exceed and what no worse ones undercut.
fn monotone(own: f64, tonight: Circumstances, past_games: &[PastGame]) -> f64 {
    let (mut floor, mut ceiling) = (own, own);
    for defense in DefenseTier::ALL {
        for rest in 0..=FRESHEST {
            let other = Circumstances { defense, rest, ..tonight };
            let Ok(mean) = similar_games_mean(past_games, other) else { continue };
            if defense <= tonight.defense && rest <= tonight.rest {
                floor = floor.max(mean);
            }
            if defense >= tonight.defense && rest >= tonight.rest {
                ceiling = ceiling.min(mean);
            }
        }
    }
    f64::midpoint(floor, ceiling)
}

/// Each point of freshness above 70 is worth 0.015, each below costs as much.
fn fatigue_adjustment(question: &Question) -> f64 {
    question.features.get(Feature::FatigueScore).map_or(0.0, |score| (score - 70.0) * 0.015)
}
