//! The league's answers in the providers' own shapes.

use domain::{GameId, Role, ShotZones, Shots, StatLine};
use jiff::{SignedDuration, Timestamp};
use pipeline::RawRequest;
use serde_json::{Value, json};

use super::League;
use super::books::BOOKS;
use super::game::{Played, Row};

/// What the provider answers; nothing where it has no such thing.
pub(super) fn answer(league: &League, instant: Timestamp, request: &RawRequest) -> Option<Value> {
    match request.source {
        "nba_cdn_schedule" => Some(schedule(league)),
        "nba_cdn_box_score" => {
            let played = league.played(game_in(&request.subject)?)?;
            let stage = if played.game.tipoff? > instant { Stage::ToCome } else { Stage::Final };
            Some(box_score(league, played, stage))
        }
        "nba_cdn_play_by_play" => league.played(game_in(&request.subject)?).map(play_by_play),
        "odds_api_events" => Some(events(league, instant)),
        "odds_api_event_odds" => odds(league, game_in(&request.subject)?, instant),
        "balldontlie_injuries" => Some(injuries(league, instant)),
        _ => None,
    }
}

/// The ten digits in a subject.
fn game_in(subject: &str) -> Option<GameId> {
    subject.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 10)?.parse().ok()
}

fn schedule(league: &League) -> Value {
    let team = |code: domain::Team| {
        let team = league.teams.iter().find(|team| team.code == code).expect("a team of the league");
        json!({ "teamId": team.number, "teamCity": team.city, "teamName": team.nickname, "teamTricode": code.code() })
    };
    let days: Vec<Value> = league
        .nights
        .iter()
        .map(|(slate, games)| {
            let games: Vec<Value> = games
                .iter()
                .map(|played| {
                    json!({
                        "gameId": played.game.id.to_string(),
                        "gameStatus": 1,
                        "gameDateEst": format!("{slate}T00:00:00Z"),
                        "gameDateTimeUTC": played.game.tipoff.map(|tipoff| tipoff.to_string()),
                        "postponedStatus": "N",
                        "homeTeam": team(played.game.home),
                        "awayTeam": team(played.game.away),
                    })
                })
                .collect();
            json!({ "gameDate": slate.to_string(), "games": games })
        })
        .collect();
    json!({ "meta": { "version": 1 }, "leagueSchedule": { "seasonYear": "2024-25", "gameDates": days } })
}

/// How far a game is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    ToCome,
    Final,
}

/// Before the game who starts and who is out, after it what they did.
fn box_score(league: &League, played: &Played, stage: Stage) -> Value {
    let side = |code: domain::Team| {
        let team = league.teams.iter().find(|team| team.code == code).expect("a team of the league");
        let players: Vec<Value> =
            played.rows.iter().filter(|row| row.team == code).map(|row| player(row, stage)).collect();
        json!({
            "teamId": team.number, "teamCity": team.city, "teamName": team.nickname, "teamTricode": code.code(),
            "score": if stage == Stage::Final { played.points(code) } else { 0 }, "players": players,
        })
    };
    let (status, text) = if stage == Stage::Final { (3, "Final") } else { (1, "Soon") };
    json!({
        "meta": { "version": 1, "code": 200 },
        "game": {
            "gameId": played.game.id.to_string(), "gameStatus": status, "gameStatusText": text,
            "homeTeam": side(played.game.home), "awayTeam": side(played.game.away),
        },
    })
}

fn player(row: &Row, stage: Stage) -> Value {
    let did = row.line.filter(|_| stage == Stage::Final);
    let line = did.unwrap_or_default();
    let starts = row.role == Role::Starter && row.line.is_some();
    let flag = |set: bool| if set { "1" } else { "0" };
    let mut player = json!({
        "status": if row.hurt { "INACTIVE" } else { "ACTIVE" },
        "personId": row.player.number(), "name": row.name,
        "starter": flag(starts), "played": flag(did.is_some()),
        "statistics": statistics(&line),
    });
    if row.hurt || stage == Stage::Final && row.line.is_none() {
        let reason = if row.hurt { "INACTIVE_INJURY" } else { "DNP_COACH" };
        player["notPlayingReason"] = json!(reason);
    }
    player
}

fn statistics(line: &StatLine) -> Value {
    let seconds = line.playtime.seconds();
    json!({
        "minutes": format!("PT{:02}M{:02}.00S", seconds / 60, seconds % 60),
        "fieldGoalsMade": line.goals_made, "fieldGoalsAttempted": line.goals_attempted,
        "threePointersMade": line.threes_made, "threePointersAttempted": line.threes_attempted,
        "freeThrowsMade": line.free_throws_made, "freeThrowsAttempted": line.free_throws_attempted,
        "reboundsOffensive": line.offensive_rebounds, "reboundsDefensive": line.defensive_rebounds,
        "assists": line.assists, "steals": line.steals, "blocks": line.blocks, "turnovers": line.turnovers,
        "foulsPersonal": line.fouls, "points": line.points,
    })
}

fn play_by_play(played: &Played) -> Value {
    let shots = played.rows.iter().flat_map(|row| zones(&row.zones).into_iter().map(move |zone| (row, zone)));
    let actions: Vec<Value> = shots
        .flat_map(|(row, (area, shots))| {
            (0..shots.attempted).map(move |shot| {
                let result = if shot < shots.made { "Made" } else { "Missed" };
                json!({
                    "isFieldGoal": 1, "personId": row.player.number(), "teamTricode": row.team.code(),
                    "area": area, "shotResult": result,
                })
            })
        })
        .collect();
    json!({ "meta": { "version": 1 }, "game": { "gameId": played.game.id.to_string(), "actions": actions } })
}

fn zones(zones: &ShotZones) -> [(&'static str, Shots); 6] {
    [
        ("Restricted Area", zones.restricted_area),
        ("In The Paint (Non-RA)", zones.paint),
        ("Mid-Range", zones.mid_range),
        ("Left Corner 3", zones.corner_three),
        ("Above the Break 3", zones.above_break_three),
        ("Backcourt", zones.back_court),
    ]
}

/// The games that have not begun. An event goes by its game's id here.
fn events(league: &League, instant: Timestamp) -> Value {
    let games = league.nights.values().flatten();
    let to_come = games.filter(|played| played.game.tipoff.is_some_and(|tipoff| tipoff > instant));
    to_come.filter_map(|played| event(league, played)).collect()
}

/// What names an event.
fn event(league: &League, played: &Played) -> Option<Value> {
    let full_name = |code: domain::Team| {
        let team = league.teams.iter().find(|team| team.code == code)?;
        Some(format!("{} {}", team.city, team.nickname))
    };
    Some(json!({
        "id": played.game.id.to_string(), "sport_key": "basketball_nba",
        "commence_time": played.game.tipoff?.to_string(),
        "home_team": full_name(played.game.home)?, "away_team": full_name(played.game.away)?,
    }))
}

fn odds(league: &League, game: GameId, instant: Timestamp) -> Option<Value> {
    let played = league.played(game)?;
    let quotes = league.lines.get(&game)?;
    let updated = (instant - SignedDuration::from_mins(4)).to_string();
    let bookmakers: Vec<Value> = BOOKS
        .iter()
        .enumerate()
        .map(|(index, (key, title))| {
            let outcomes: Vec<Value> = quotes
                .iter()
                .filter(|quote| quote.book == index)
                .flat_map(|quote| [("Over", quote.over, quote), ("Under", quote.under, quote)])
                .map(|(side, price, quote)| {
                    json!({ "name": side, "description": quote.name, "price": price, "point": quote.line.points() })
                })
                .collect();
            let market = json!({ "key": "player_points", "last_update": updated, "outcomes": outcomes });
            json!({ "key": key, "title": title, "last_update": updated, "markets": [market] })
        })
        .collect();
    let mut odds = event(league, played)?;
    odds["bookmakers"] = json!(bookmakers);
    Some(odds)
}

fn injuries(league: &League, instant: Timestamp) -> Value {
    let today = domain::GameDate::of(instant);
    let listed = league.injuries.get(&today).into_iter().flatten().filter(|injury| injury.listed);
    let data: Vec<Value> = listed
        .map(|injury| {
            let (first, last) = injury.name.split_once(' ').unwrap_or((&injury.name, ""));
            json!({
                "player": { "id": injury.player.number(), "first_name": first, "last_name": last },
                "status": "Out", "description": "hurt", "return_date": null,
            })
        })
        .collect();
    json!({ "data": data, "meta": { "per_page": 100 } })
}
