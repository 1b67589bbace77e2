//! `players/index.json` and `players/{player_lookup}.json`: how each player of the season was predicted.

use std::collections::BTreeMap;

use domain::{Edition, PlayerId};
use predict::{Recommendation, Side};
use schemars::JsonSchema;
use serde::Serialize;

use super::track::{Graded, Tally, Track, lookups_of};
use super::{Head, name, rounded, words};
use crate::page::HEADLINE;
use crate::source::Directory;

/// Everybody whose predictions were graded this season, those with most games first.
#[derive(JsonSchema, Serialize)]
pub(super) struct PlayerIndex {
    #[serde(flatten)]
    head: Head,
    /// Whose predictions these are.
    system: &'static str,
    total_players: usize,
    players: Vec<IndexRow>,
}

#[derive(JsonSchema, Serialize)]
struct IndexRow {
    player_lookup: String,
    player_id: u32,
    name: String,
    /// Of his newest game.
    team: Option<String>,
    #[serde(flatten)]
    tally: Tally,
}

/// How one player was predicted this season.
#[derive(JsonSchema, Serialize)]
pub(super) struct PlayerProfile {
    #[serde(flatten)]
    head: Head,
    /// Whose predictions these are.
    system: &'static str,
    player_lookup: String,
    player_id: u32,
    name: String,
    /// Of his newest game.
    team: Option<String>,
    summary: Tally,
    /// The same of everybody.
    league: League,
    /// What the summary can bear, in words.
    interpretation: Vec<String>,
    by_recommendation: ByRecommendation,
    /// The newest first.
    recent: Vec<Recent>,
}

#[derive(Clone, JsonSchema, Serialize)]
struct League {
    mae: Option<f64>,
    bias: Option<f64>,
    #[schemars(range(min = 0.0, max = 1.0))]
    win_rate: Option<f64>,
}

#[derive(JsonSchema, Serialize)]
struct ByRecommendation {
    over: Tally,
    under: Tally,
    pass: Tally,
}

#[derive(JsonSchema, Serialize)]
struct Recent {
    #[schemars(extend("format" = "date"))]
    game_date: String,
    game_id: String,
    predicted: Option<f64>,
    line: Option<f64>,
    #[schemars(schema_with = "words::recommendation")]
    recommendation: &'static str,
    /// Nothing when he did not play.
    actual: Option<u16>,
    signed_error: Option<f64>,
    #[schemars(schema_with = "words::verdict")]
    result: &'static str,
    profit: Option<f64>,
}

/// How many of his predictions a profile shows.
const RECENT: usize = 20;

/// Fewer decided bets than this tell nothing.
const ENOUGH_BETS: usize = 100;

pub(super) fn index(edition: Edition, track: &Track<'_>, directory: &Directory) -> PlayerIndex {
    let lookups = lookups_of(track, directory);
    let row = |(player, graded): (&PlayerId, &Vec<Graded<'_>>)| IndexRow {
        player_lookup: lookups[player].clone(),
        player_id: player.number(),
        name: name(directory, *player),
        team: directory.newest_team(*player).map(|team| team.to_string()),
        tally: Tally::of(graded),
    };
    let mut players: Vec<IndexRow> = track.iter().map(row).collect();
    players.sort_by(|a, b| b.tally.games.cmp(&a.tally.games).then_with(|| a.player_lookup.cmp(&b.player_lookup)));
    PlayerIndex { head: Head::of(edition), system: HEADLINE.code(), total_players: players.len(), players }
}

/// Everybody's profile, by lookup.
pub(super) fn profiles(edition: Edition, track: &Track<'_>, directory: &Directory) -> BTreeMap<String, PlayerProfile> {
    let Tally { mae, bias, win_rate, .. } = Tally::of(track.values().flatten());
    let league = League { mae, bias, win_rate };
    let lookups = lookups_of(track, directory);
    let profile = |(player, graded): (&PlayerId, &Vec<Graded<'_>>)| {
        let summary = Tally::of(graded);
        let profile = PlayerProfile {
            head: Head::of(edition),
            system: HEADLINE.code(),
            player_lookup: lookups[player].clone(),
            player_id: player.number(),
            name: name(directory, *player),
            team: directory.newest_team(*player).map(|team| team.to_string()),
            interpretation: interpretation(&summary, &league, graded),
            summary,
            league: league.clone(),
            by_recommendation: ByRecommendation {
                over: recommended(graded, |told| told == Recommendation::Bet(Side::Over)),
                under: recommended(graded, |told| told == Recommendation::Bet(Side::Under)),
                pass: recommended(graded, |told| matches!(told, Recommendation::Pass(_))),
            },
            recent: graded.iter().rev().take(RECENT).map(recent).collect(),
        };
        (lookups[player].clone(), profile)
    };
    track.iter().map(profile).collect()
}

fn recommended(graded: &[Graded<'_>], wanted: fn(Recommendation) -> bool) -> Tally {
    Tally::of(graded.iter().filter(|game| wanted(game.bet.recommendation)))
}

fn recent(game: &Graded<'_>) -> Recent {
    Recent {
        game_date: game.headline.slate.to_string(),
        game_id: game.headline.game.to_string(),
        predicted: game.predicted().map(rounded),
        line: game.bet.line.map(domain::HalfPoints::points),
        recommendation: game.bet.recommendation.label(),
        actual: game.headline.actual,
        signed_error: game.headline.signed_error.map(rounded),
        result: game.bet.verdict.code(),
        profit: game.bet.profit.map(rounded),
    }
}

/// Says no more than so many games can bear: a bias of less than two standard errors is luck until shown otherwise.
fn interpretation(summary: &Tally, league: &League, graded: &[Graded<'_>]) -> Vec<String> {
    let mut told = Vec::new();
    if let (Some(bias), Some(error)) = (summary.bias, standard_error(graded)) {
        let side = if bias > 0.0 { "above" } else { "below" };
        told.push(match bias.abs() > 2.0 * error {
            true => format!(
                "Predictions lie {:.1} {side} what he did, over {} games: more than luck explains easily.",
                bias.abs(),
                summary.games
            ),
            false => format!("No bias beyond luck over {} games.", summary.games),
        });
    }
    if let (Some(own), Some(everybody)) = (summary.mae, league.mae) {
        told.push(format!("Missed by {own:.1} on average; everybody by {everybody:.1}."));
    }
    let bets = summary.wins + summary.losses;
    if bets < ENOUGH_BETS {
        told.push(format!("{bets} decided bets are too few to judge by."));
    }
    told
}

/// The standard error of the mean error; nothing for fewer than three games.
fn standard_error(graded: &[Graded<'_>]) -> Option<f64> {
    let errors: Vec<f64> = graded.iter().filter_map(|game| game.headline.signed_error).collect();
    let n = errors.len() as f64;
    let mean = errors.iter().sum::<f64>() / n;
    let variance = errors.iter().map(|error| (error - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (errors.len() >= 3).then(|| (variance / n).sqrt())
}
