//! `similarity_balanced_v1`: the player's past games most like tonight's (original §3.3, over a history whose
//! opponent, rest, venue and form are real).
//!
//! What he counted in them above what was then to be expected moves his usual count; few games move it little.
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

use super::{required, usual};
use crate::inputs::Input;
use crate::league::DefenseTier;
use crate::question::{Form, PastGame};
use crate::{Abstain, Question, System, SystemId};

pub(super) struct Similarity;

const MIN_SCORE: f64 = 70.0;
const MIN_GAMES: usize = 5;
const MAX_GAMES: usize = 20;
/// Similar games count as if so many more had been just as expected.
const SHRINK_GAMES: f64 = 40.0;

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

    fn mean(&self, question: &Question) -> Result<f64, Abstain> {
        let usual = usual(question)?;
        let tonight = circumstances(question)?;
        let own = excess(&question.past_games, tonight)
            .map_err(|have| Abstain::TooFewGames { have: have as u16, need: MIN_GAMES as u16 })?;
        Ok(usual + monotone(own, tonight, &question.past_games))
    }
}

fn circumstances(question: &Question) -> Result<Circumstances, Abstain> {
    let league = question.league.defensive_rating.ok_or(Abstain::NoLeagueBaseline)?;
    let weakness = required(question, Input::OpponentDefense)?;
    let newest = required(question, Input::CountMean5)?;
    let season = question.inputs.get(Input::CountSeason).unwrap_or(newest);
    let home = required(question, Input::Home)?;
    Ok(Circumstances {
        defense: DefenseTier::of(league + weakness, league),
        rest: question.rest.map_or(FRESHEST, |rest| rest.days().min(FRESHEST)),
        venue: if home > 0.5 { Venue::Home } else { Venue::Away },
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

/// What he counted above expectation in the most similar games, weighted by score and shrunk by their number; or how few
/// there are.
fn excess(past_games: &[PastGame], tonight: Circumstances) -> Result<f64, usize> {
    let mut similar: Vec<(f64, f64)> = past_games
        .iter()
        .filter_map(|past| Some((score(past, tonight), f64::from(past.count) - past.expected?)))
        .filter(|(score, _)| *score >= MIN_SCORE)
        .collect();
    if similar.len() < MIN_GAMES {
        return Err(similar.len());
    }
    // Stable: among equals the newer game comes first, as in `past_games`.
    similar.sort_by(|a, b| b.0.total_cmp(&a.0));
    similar.truncate(MAX_GAMES);
    let weights: f64 = similar.iter().map(|(score, _)| score).sum();
    let mean = similar.iter().map(|(score, excess)| score * excess).sum::<f64>() / weights;
    let games = similar.len() as f64;
    Ok(mean * games / (games + SHRINK_GAMES))
}

/// `own` moved between what no better circumstances exceed and what no worse ones undercut.
fn monotone(own: f64, tonight: Circumstances, past_games: &[PastGame]) -> f64 {
    let (mut floor, mut ceiling) = (own, own);
    for defense in DefenseTier::ALL {
        for rest in 0..=FRESHEST {
            let other = Circumstances { defense, rest, ..tonight };
            let Ok(mean) = excess(past_games, other) else { continue };
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
