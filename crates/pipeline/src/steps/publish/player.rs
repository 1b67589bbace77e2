//! `tonight/player/{player_lookup}.json`: one player of the slate in depth.

use std::collections::BTreeMap;

use domain::{GameDate, HalfPoints, RestDays, Venue};
use predict::PlayedGame;
use predict::features::{PlayerCompositeFactors, PlayerDailyCache, UpcomingPlayerGameContext};
use schemars::JsonSchema;
use serde::Serialize;

use super::news::{Change, Told};
use super::predictions::{Abstention, SystemPrediction, abstention, system_prediction};
use super::tonight::{fatigue_level, side_of};
use super::track::lookups;
use super::{Head, Slate, rounded, words};

/// One player of a slate in depth.
#[derive(JsonSchema, Serialize)]
pub(super) struct PlayerTonight {
    #[serde(flatten)]
    head: Head,
    player_lookup: String,
    player_id: u32,
    name: String,
    team: String,
    #[serde(flatten)]
    change: Change,
    #[schemars(schema_with = "words::availability")]
    injury_status: &'static str,
    /// The injury log's own words.
    injury_reason: Option<String>,
    game: PlayersGame,
    quick_numbers: QuickNumbers,
    fatigue: Fatigue,
    /// How many of his newest games in a row lie on the same side of tonight's line.
    current_streak: Option<Streak>,
    tonights_factors: Vec<Factor>,
    /// His newest games, newest first.
    recent_form: Vec<RecentGame>,
    systems: Vec<SystemPrediction>,
    abstentions: Vec<Abstention>,
}

/// The game as the player meets it.
#[derive(JsonSchema, Serialize)]
struct PlayersGame {
    game_id: String,
    opponent: String,
    is_home: bool,
    /// Nothing while no tip-off is announced.
    game_time: Option<String>,
    #[serde(flatten)]
    told: Told,
    days_rest: Option<u16>,
    opponent_days_rest: Option<u16>,
    /// The opponent's possessions in 48 minutes less the league's.
    pace_differential: Option<f64>,
    /// The books' newest main lines of points: their mean, what it was at first, and how many there are.
    line: Option<f64>,
    opening_line: Option<f64>,
    books: u16,
    /// Team-mates listed out who use much of the ball.
    stars_out: u16,
}

/// Averages of games that were over by then.
#[derive(JsonSchema, Serialize)]
struct QuickNumbers {
    games_played: u16,
    season_ppg: Option<f64>,
    last_5_ppg: Option<f64>,
    last_10_ppg: Option<f64>,
    /// Standard deviation of the points of his newest ten games.
    last_10_deviation: Option<f64>,
    season_mpg: Option<f64>,
    last_10_mpg: Option<f64>,
    points_per_minute: Option<f64>,
    /// Against tonight's opponent over three years.
    vs_opponent_ppg: Option<f64>,
    vs_opponent_games: u16,
}

#[derive(JsonSchema, Serialize)]
struct Fatigue {
    /// 100 is fresh, 0 exhausted.
    score: Option<f64>,
    #[schemars(schema_with = "words::fatigue")]
    level: Option<&'static str>,
    games_last_7_days: u16,
    minutes_last_7_days: f64,
    back_to_backs_last_14_days: u16,
}

#[derive(JsonSchema, Serialize)]
struct Streak {
    #[schemars(schema_with = "words::side")]
    side: &'static str,
    games: usize,
}

/// What speaks for more or less than usual tonight, on the original's scales.
#[derive(JsonSchema, Serialize)]
struct Factor {
    factor: &'static str,
    /// More than nought speaks for more points.
    effect: f64,
}

#[derive(JsonSchema, Serialize)]
struct RecentGame {
    #[schemars(extend("format" = "date"))]
    game_date: String,
    opponent: String,
    is_home: bool,
    minutes: f64,
    points: u16,
    /// Against tonight's line: O over, U under, – equal; nothing without one.
    #[schemars(schema_with = "words::side_if_any")]
    against_line: Option<&'static str>,
}

/// How many of his games are shown.
const RECENT: usize = 10;

/// Everybody on the slate, by lookup.
pub(super) fn documents(slate: &Slate<'_>) -> BTreeMap<String, PlayerTonight> {
    let contexts = || slate.games().into_iter().flat_map(|game| slate.players_of(game.game));
    let lookups = lookups(contexts().map(|context| (context.player, slate.name(context.player))));
    let document = |context| PlayerTonight::of(slate, context, &lookups);
    contexts().map(document).map(|player| (player.player_lookup.clone(), player)).collect()
}

impl PlayerTonight {
    fn of(
        slate: &Slate<'_>,
        context: &UpcomingPlayerGameContext,
        lookups: &BTreeMap<domain::PlayerId, String>,
    ) -> Self {
        let key = (context.game, context.player);
        let (cache, factors) = (slate.caches.get(&key).copied(), slate.factors.get(&key).copied());
        let line = slate.headline(context).and_then(|headline| headline.quote).map(|quote| quote.line);
        let snapshot = slate.snapshot(context.game);
        let played: Vec<PlayedGame<'_>> =
            snapshot.into_iter().flat_map(|snapshot| snapshot.played_games(context.player)).take(RECENT).collect();
        let recent_form: Vec<RecentGame> = played.iter().map(|game| recent(game, line)).collect();
        Self {
            head: Head::of(slate.edition()),
            player_lookup: lookups[&context.player].clone(),
            player_id: context.player.number(),
            name: slate.name(context.player),
            team: context.team.to_string(),
            change: Change::of(slate, context),
            injury_status: context.availability.code(),
            injury_reason: snapshot
                .and_then(|snapshot| snapshot.injury(context.player))
                .map(|entry| entry.detail.clone()),
            game: game(slate, context),
            quick_numbers: quick_numbers(cache),
            fatigue: fatigue(context, factors),
            current_streak: streak(&recent_form),
            tonights_factors: factors.map_or_else(Vec::new, tonights_factors),
            recent_form,
            systems: slate
                .predictions_of(context)
                .iter()
                .map(|prediction| system_prediction(slate, prediction))
                .collect(),
            abstentions: slate.silences_of(context).iter().filter_map(|forecast| abstention(forecast)).collect(),
        }
    }
}

fn game(slate: &Slate<'_>, context: &UpcomingPlayerGameContext) -> PlayersGame {
    PlayersGame {
        game_id: context.game.to_string(),
        opponent: context.opponent.to_string(),
        is_home: context.venue == Venue::Home,
        game_time: slate.tipoff(context.game).map(GameDate::clock_text),
        told: Told::of(slate, context.game),
        days_rest: context.rest.map(RestDays::days),
        opponent_days_rest: context.opponent_rest.map(RestDays::days),
        pace_differential: context.pace_differential.map(rounded),
        line: context.line.map(rounded),
        opening_line: context.opening_line.map(rounded),
        books: context.books,
        stars_out: context.stars_out,
    }
}

fn quick_numbers(cache: Option<&PlayerDailyCache>) -> QuickNumbers {
    let of = |average: fn(&PlayerDailyCache) -> Option<f64>| cache.and_then(average).map(rounded);
    QuickNumbers {
        games_played: cache.map_or(0, |cache| cache.games_season),
        season_ppg: of(|cache| cache.points_avg_season),
        last_5_ppg: of(|cache| cache.points_avg_last_5),
        last_10_ppg: of(|cache| cache.points_avg_last_10),
        last_10_deviation: of(|cache| cache.points_std_last_10),
        season_mpg: of(|cache| cache.minutes_avg_season),
        last_10_mpg: of(|cache| cache.minutes_avg_last_10),
        points_per_minute: of(|cache| cache.points_per_minute_last_10),
        vs_opponent_ppg: of(|cache| cache.points_avg_vs_opponent),
        vs_opponent_games: cache.map_or(0, |cache| cache.games_vs_opponent),
    }
}

fn fatigue(context: &UpcomingPlayerGameContext, factors: Option<&PlayerCompositeFactors>) -> Fatigue {
    let score = factors.and_then(|factors| factors.fatigue_score);
    Fatigue {
        score: score.map(rounded),
        level: score.map(fatigue_level),
        games_last_7_days: context.games_last_7,
        minutes_last_7_days: rounded(context.minutes_last_7),
        back_to_backs_last_14_days: context.back_to_backs_last_14,
    }
}

/// The factors that are not nought, the strongest first.
fn tonights_factors(factors: &PlayerCompositeFactors) -> Vec<Factor> {
    let scores = [
        ("where he shoots", factors.shot_zone_mismatch_score),
        ("pace", factors.pace_score),
        ("usage", factors.usage_spike_score),
        ("rest", factors.rest_advantage),
    ];
    let told = |(factor, score): (&'static str, Option<f64>)| Some(Factor { factor, effect: rounded(score?) });
    let mut told: Vec<Factor> = scores.into_iter().filter_map(told).filter(|factor| factor.effect != 0.0).collect();
    told.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    told
}

fn recent(game: &PlayedGame<'_>, line: Option<HalfPoints>) -> RecentGame {
    RecentGame {
        game_date: game.summary.slate.to_string(),
        opponent: game.summary.opponent.to_string(),
        is_home: game.summary.venue == Venue::Home,
        minutes: rounded(game.line.playtime.minutes()),
        points: game.line.points,
        against_line: line.map(|line| side_of(game.line.points, line)),
    }
}

fn streak(recent: &[RecentGame]) -> Option<Streak> {
    let side = recent.first()?.against_line?;
    let games = recent.iter().take_while(|game| game.against_line == Some(side)).count();
    Some(Streak { side, games })
}
