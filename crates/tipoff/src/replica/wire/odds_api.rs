//! The Odds API: its events, and the player props of one. An event goes by its game's id here.

use std::collections::BTreeMap;

use domain::{Game, LineRole, Market, PropLine, Sportsbook};
use jiff::{SignedDuration, Timestamp};
use pipeline::source::Directory;
use serde_json::{Value, json};

/// What books offer on a game, in the markets asked for by their keys. A line of unknown age is as old as `updated`.
pub(crate) fn event_odds(
    directory: &Directory,
    game: &Game,
    lines: &[PropLine],
    markets: &[String],
    updated: Timestamp,
) -> Value {
    let mut books = BTreeMap::<Sportsbook, BTreeMap<String, Vec<&PropLine>>>::new();
    for line in lines {
        let key = key(line);
        if markets.contains(&key) {
            books.entry(line.book).or_default().entry(key).or_default().push(line);
        }
    }
    let bookmakers: Vec<Value> = books
        .into_iter()
        .map(|(book, markets)| {
            let markets: Vec<Value> =
                markets.into_iter().map(|(key, lines)| market(directory, &key, &lines, updated)).collect();
            json!({ "key": book.key(), "title": book.key(), "markets": markets })
        })
        .collect();
    let mut odds = event(directory, game);
    odds["bookmakers"] = json!(bookmakers);
    odds
}

/// Books offer nothing on games that are further away.
const OFFERED_AHEAD: SignedDuration = SignedDuration::from_hours(48);

/// The games that books offer something on.
pub(crate) fn events<'g>(directory: &Directory, games: impl Iterator<Item = &'g Game>, now: Timestamp) -> Value {
    let offered = games.filter(|game| (now..now + OFFERED_AHEAD).contains(&game.earliest_tipoff()));
    offered.map(|game| event(directory, game)).collect()
}

fn event(directory: &Directory, game: &Game) -> Value {
    json!({
        "id": game.id.to_string(), "sport_key": "basketball_nba",
        "commence_time": game.earliest_tipoff().to_string(),
        "home_team": directory.team_name(game.home), "away_team": directory.team_name(game.away),
    })
}

fn market(directory: &Directory, key: &str, lines: &[&PropLine], updated: Timestamp) -> Value {
    let last_update = lines.iter().filter_map(|line| line.observed_at).max().unwrap_or(updated);
    let outcomes: Vec<Value> = lines
        .iter()
        .flat_map(|line| [("Over", line.over, line), ("Under", line.under, line)])
        .filter_map(|(side, price, line)| {
            let name = directory.name(line.player)?;
            let price = price?.decimal();
            Some(json!({ "name": side, "description": name, "price": price, "point": line.line.points() }))
        })
        .collect();
    json!({ "key": key, "last_update": last_update.to_string(), "outcomes": outcomes })
}

/// The provider's key of a line's market; alternate lines are a market of their own.
fn key(line: &PropLine) -> String {
    let market = match line.market {
        Market::Points => "player_points",
        Market::Rebounds => "player_rebounds",
        Market::Assists => "player_assists",
        Market::Threes => "player_threes",
        Market::PointsReboundsAssists => "player_points_rebounds_assists",
        Market::PointsRebounds => "player_points_rebounds",
        Market::PointsAssists => "player_points_assists",
        Market::ReboundsAssists => "player_rebounds_assists",
    };
    match line.role {
        LineRole::Main => market.to_owned(),
        LineRole::Alternate => format!("{market}_alternate"),
    }
}
