//! `similarity_balanced_v1` as it ran: the formula of the original's §3.3 over a history without circumstances.
//!
//! The loader had no opponent's defence and no venue, so every past game was one at home against an average defence;
//! a game's rest was the gap to the next game instead of the one before; and its form was that of up to five games
//! after it. What is left tells games apart by noise, and away from home against a defence that is not average no
//! game is similar enough.

use domain::Venue;

use super::Forecast;
use super::inputs::Inputs;
use crate::league::mean;
use crate::question::{Form, PastGame};

const MIN_SCORE: f64 = 70.0;
const MIN_GAMES: usize = 5;
const MAX_GAMES: usize = 20;
/// Longer rests count alike. By dates' differences (F4) nobody is ever at nought, the bucket of back-to-backs.
const FRESHEST: i32 = 3;

/// A past game as the loader saw it.
struct Loaded {
    points: f64,
    days_rest: i32,
    form: Form,
}

/// The mean of similar games and five adjustments; nothing where fewer than five are similar.
pub(super) fn similarity(inputs: &Inputs, past_games: &[PastGame]) -> Option<Forecast> {
    let score = |game: &Loaded| circumstances_score(inputs) + rest_score(inputs, game) + form_score(inputs, game);
    let mut similar: Vec<(f64, f64)> = load(past_games)
        .iter()
        .map(|game| (score(game), game.points))
        .filter(|(score, _)| *score >= MIN_SCORE)
        .collect();
    if similar.len() < MIN_GAMES {
        return None;
    }
    // Stable: among equals the newer game comes first.
    similar.sort_by(|a, b| b.0.total_cmp(&a.0));
    similar.truncate(MAX_GAMES);
    let weights: f64 = similar.iter().map(|(score, _)| score).sum();
    let baseline = similar.iter().map(|(score, points)| score * points).sum::<f64>() / weights;
    let points = baseline
        + (inputs.fatigue - 70.0) * 0.015
        + 0.4 * inputs.mismatch
        + 0.8 * inputs.pace
        + 0.8 * inputs.usage_spike
        + match inputs.venue {
            Venue::Home => 0.8,
            Venue::Away => -0.5,
        };
    Some(Forecast::of(points, confidence(&similar)))
}

/// Newest first, as they come.
fn load(past_games: &[PastGame]) -> Vec<Loaded> {
    let points = |game: &PastGame| f64::from(game.count);
    let average = mean(past_games.iter().map(points), 1).unwrap_or(20.0);
    past_games
        .iter()
        .enumerate()
        .map(|(index, game)| {
            let newer = &past_games[index.saturating_sub(5)..index];
            Loaded {
                points: points(game),
                days_rest: newer.last().map_or(1, |next| next.slate.days_since(game.slate)),
                form: Form::of(mean(newer.iter().map(points), 1).unwrap_or(average), average),
            }
        })
        .collect()
}

/// Defence and venue, the same for every past game: 40 for tonight's average defence and 20 for another, 15 at home.
fn circumstances_score(inputs: &Inputs) -> f64 {
    let average = (110.0..115.0).contains(&inputs.opponent_def_rating);
    let defense = if average { 40.0 } else { 20.0 };
    let venue = if inputs.venue == Venue::Home { 15.0 } else { 0.0 };
    defense + venue
}

fn rest_score(inputs: &Inputs, game: &Loaded) -> f64 {
    match inputs.days_rest.min(FRESHEST).abs_diff(game.days_rest.min(FRESHEST)) {
        0 => 30.0,
        1 => 15.0,
        _ => 0.0,
    }
}

fn form_score(inputs: &Inputs, game: &Loaded) -> f64 {
    let tonight = Form::of(inputs.points_last_5, inputs.points_season);
    if game.form == tonight { 15.0 } else { 5.0 }
}

/// More for many games, similar ones, and a player who scatters little in them.
fn confidence(similar: &[(f64, f64)]) -> f64 {
    let count = similar.len() as f64;
    let score = similar.iter().map(|(score, _)| score).sum::<f64>() / count;
    let average = similar.iter().map(|(_, points)| points).sum::<f64>() / count;
    let spread = (similar.iter().map(|(_, points)| (points - average).powi(2)).sum::<f64>() / count).sqrt();
    let many = match similar.len() {
        15.. => 20.0,
        10.. => 15.0,
        7.. => 10.0,
        _ => -15.0,
    };
    let alike = match score {
        score if score >= 85.0 => 20.0,
        score if score >= 75.0 => 15.0,
        _ => 10.0,
    };
    let steady = match spread {
        spread if spread < 4.0 => 15.0,
        spread if spread < 6.0 => 8.0,
        spread if spread < 8.0 => 3.0,
        _ => -5.0,
    };
    50.0 + many + alike + steady
}
