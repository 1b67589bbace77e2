//! `tonight/all-players.json`: every player of the slate at a glance.

use std::cmp::Ordering;

use domain::{Availability, GameDate, HalfPoints, Venue};
use predict::features::{UpcomingPlayerGameContext, UpcomingTeamGameContext};
use schemars::JsonSchema;
use serde::Serialize;

use super::news::{Change, Told};
use super::words;
use super::worth::Worth;
use super::{Head, Slate, confidence, rounded};
use crate::rows::Prediction;

/// Every player of a slate at a glance.
#[derive(JsonSchema, Serialize)]
pub(super) struct Tonight {
    #[serde(flatten)]
    head: Head,
    total_players: usize,
    total_with_lines: usize,
    games: Vec<TonightGame>,
}

#[derive(JsonSchema, Serialize)]
struct TonightGame {
    game_id: String,
    home_team: String,
    away_team: String,
    /// Nothing while no tip-off is announced.
    game_time: Option<String>,
    game_status: &'static str,
    #[serde(flatten)]
    told: Told,
    player_count: usize,
    players: Vec<TonightPlayer>,
}

#[derive(JsonSchema, Serialize)]
struct TonightPlayer {
    player_lookup: String,
    player_id: u32,
    name: String,
    team: String,
    #[serde(flatten)]
    change: Change,
    is_home: bool,
    has_line: bool,
    #[schemars(schema_with = "words::fatigue")]
    fatigue_level: Option<&'static str>,
    fatigue_score: Option<f64>,
    days_rest: Option<u16>,
    #[schemars(schema_with = "words::availability")]
    injury_status: &'static str,
    /// The injury log's own words.
    injury_reason: Option<String>,
    season_ppg: Option<f64>,
    season_mpg: Option<f64>,
    last_5_ppg: Option<f64>,
    games_played: u16,
    limited_data: bool,
    last_10_points: Vec<u16>,
    props: Vec<TonightProp>,
    prediction: Option<TonightPrediction>,
    /// The same of the other markets, where they are forecast.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_markets: Vec<OtherMarket>,
    /// Against tonight's line, newest first: O over, U under, – equal.
    #[schemars(schema_with = "words::sides")]
    last_10_results: Vec<&'static str>,
    last_10_record: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct TonightProp {
    #[schemars(schema_with = "words::market")]
    stat_type: &'static str,
    book: String,
    line: f64,
    #[schemars(range(min = 1.0))]
    over_odds: Option<f64>,
    #[schemars(range(min = 1.0))]
    under_odds: Option<f64>,
}

#[derive(JsonSchema, Serialize)]
struct TonightPrediction {
    id: String,
    system: &'static str,
    predicted: f64,
    /// Whose bet it is, and its name: the best bets show the same one.
    bet_id: String,
    bet_system: &'static str,
    #[schemars(range(min = 0.0, max = 1.0))]
    p_over: Option<f64>,
    #[serde(flatten)]
    worth: Worth,
    expected_value: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    confidence: Option<f64>,
    #[schemars(schema_with = "words::recommendation")]
    recommendation: &'static str,
}

/// What is predicted of a player besides his points.
#[derive(JsonSchema, Serialize)]
struct OtherMarket {
    #[schemars(schema_with = "words::market")]
    market: &'static str,
    #[serde(flatten)]
    prediction: TonightPrediction,
}

pub(super) fn document(slate: &Slate<'_>) -> Tonight {
    let games: Vec<TonightGame> = slate.games().into_iter().map(|game| tonight_game(slate, game)).collect();
    let players = || games.iter().flat_map(|game| &game.players);
    Tonight {
        head: Head::of(slate.edition()),
        total_players: players().count(),
        total_with_lines: players().filter(|player| player.has_line).count(),
        games,
    }
}

fn tonight_game(slate: &Slate<'_>, game: &UpcomingTeamGameContext) -> TonightGame {
    let mut players: Vec<TonightPlayer> =
        slate.players_of(game.game).map(|player| tonight_player(slate, player)).collect();
    // With a line first, listed out last, then by confidence, then by points.
    players.sort_by(|a, b| {
        let rank = |player: &TonightPlayer| (!player.has_line, player.injury_status == Availability::Out.code());
        let confidence = |player: &TonightPlayer| player.prediction.as_ref().and_then(|p| p.confidence).unwrap_or(0.0);
        let points = |player: &TonightPlayer| player.season_ppg.unwrap_or(0.0);
        rank(a)
            .cmp(&rank(b))
            .then(confidence(b).total_cmp(&confidence(a)))
            .then(points(b).total_cmp(&points(a)))
            .then(a.player_id.cmp(&b.player_id))
    });
    TonightGame {
        game_id: game.game.to_string(),
        home_team: game.team.to_string(),
        away_team: game.opponent.to_string(),
        game_time: slate.tipoff(game.game).map(GameDate::clock_text),
        game_status: "scheduled",
        told: Told::of(slate, game.game),
        player_count: players.len(),
        players,
    }
}

fn tonight_player(slate: &Slate<'_>, context: &UpcomingPlayerGameContext) -> TonightPlayer {
    let key = (context.game, context.player);
    let cache = slate.caches.get(&key);
    let fatigue = slate.factors.get(&key).and_then(|factors| factors.fatigue_score);
    let (headline, others) = (slate.headline(context), slate.other_headlines(context));
    let quote = headline.and_then(|prediction| prediction.quote);
    let snapshot = slate.snapshot(context.game);
    let played = snapshot.into_iter().flat_map(|snapshot| snapshot.played_games(context.player));
    let last_10: Vec<u16> = played.take(10).map(|game| game.line.points).collect();
    let results: Vec<&'static str> =
        quote.map_or_else(Vec::new, |quote| last_10.iter().map(|points| side_of(*points, quote.line)).collect());
    let name = slate.name(context.player);
    let games_season = cache.map_or(0, |cache| cache.games_season);
    TonightPlayer {
        player_lookup: domain::PlayerName::lookup(&name),
        player_id: context.player.number(),
        name,
        team: context.team.to_string(),
        change: Change::of(slate, context),
        is_home: context.venue == Venue::Home,
        has_line: quote.is_some(),
        fatigue_level: fatigue.map(fatigue_level),
        fatigue_score: fatigue.map(rounded),
        days_rest: context.rest.map(domain::RestDays::days),
        injury_status: context.availability.code(),
        injury_reason: snapshot.and_then(|snapshot| snapshot.injury(context.player)).map(|entry| entry.detail.clone()),
        season_ppg: cache.and_then(|cache| cache.points_avg_season).map(rounded),
        season_mpg: cache.and_then(|cache| cache.minutes_avg_season).map(rounded),
        last_5_ppg: cache.and_then(|cache| cache.points_avg_last_5).map(rounded),
        games_played: games_season,
        limited_data: games_season < 10,
        last_10_record: quote.is_some().then(|| record(&results)),
        last_10_results: results,
        last_10_points: last_10,
        props: headline.into_iter().chain(others.iter().copied()).filter_map(prop).collect(),
        prediction: headline.map(|headline| prediction(slate, headline)),
        other_markets: others
            .iter()
            .map(|other| OtherMarket { market: other.market.code(), prediction: prediction(slate, other) })
            .collect(),
    }
}

fn prop(prediction: &Prediction) -> Option<TonightProp> {
    let quote = prediction.quote?;
    Some(TonightProp {
        stat_type: prediction.market.code(),
        book: quote.book.to_string(),
        line: quote.line.points(),
        over_odds: quote.over_odds.map(domain::DecimalOdds::decimal),
        under_odds: quote.under_odds.map(domain::DecimalOdds::decimal),
    })
}

/// The headline's number with the bet that the best bets show.
fn prediction<'a>(slate: &Slate<'a>, prediction: &'a Prediction) -> TonightPrediction {
    let bet = slate.bet(prediction);
    let quote = bet.quote;
    TonightPrediction {
        id: prediction.id.0.clone(),
        system: prediction.system.code(),
        predicted: rounded(prediction.mean),
        bet_id: bet.id.0.clone(),
        bet_system: bet.system.code(),
        p_over: quote.and_then(|quote| quote.over).map(|over| rounded(over.get())),
        worth: Worth::of_bet(slate, prediction, bet),
        expected_value: quote.and_then(|quote| quote.expected_value).map(rounded),
        confidence: confidence(bet),
        recommendation: bet.recommendation.label(),
    }
}

/// From rested to tired.
pub(super) const FATIGUE_LEVELS: [&str; 3] = ["fresh", "normal", "tired"];

pub(super) fn fatigue_level(score: f64) -> &'static str {
    let [fresh, normal, tired] = FATIGUE_LEVELS;
    match score {
        score if score >= 95.0 => fresh,
        score if score >= 75.0 => normal,
        _ => tired,
    }
}

/// Over, under, or on the line.
pub(super) const SIDES: [&str; 3] = ["O", "U", "–"];

/// On which side of a line a count lies.
pub(super) fn side_of(points: u16, line: HalfPoints) -> &'static str {
    let [over, under, on_it] = SIDES;
    match (i32::from(points) * 2).cmp(&line.halves()) {
        Ordering::Greater => over,
        Ordering::Less => under,
        Ordering::Equal => on_it,
    }
}

/// `6-4`: overs and unders against tonight's line.
fn record(results: &[&str]) -> String {
    let count = |wanted: &str| results.iter().filter(|result| **result == wanted).count();
    format!("{}-{}", count("O"), count("U"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fatigue_levels_have_the_originals_borders() {
        assert_eq!([100.0, 95.0, 94.9, 75.0, 74.9].map(fatigue_level), ["fresh", "fresh", "normal", "normal", "tired"]);
    }

    #[test]
    fn a_record_counts_overs_and_unders() {
        assert_eq!(record(&["O", "U", "O", "–"]), "2-1");
    }
}
