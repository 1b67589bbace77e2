//! Good payloads in the providers' shapes, for the tests to spoil.

use domain::{Game, GameDate, PlayerId, PlayerName, Team, TeamName};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::source::Directory;

pub(super) const GAME: &str = "0022400890";
const SIDES: [(&str, &str, &str); 2] = [("SAS", "San Antonio", "Spurs"), ("BKN", "Brooklyn", "Nets")];
const LETTERS: &str = "abcdefghij";

/// In the evening, eastern time.
pub(super) fn tipoff() -> Timestamp {
    slate().at(20, 30)
}

pub(super) fn slate() -> GameDate {
    "2025-03-04".parse().unwrap()
}

/// Ten players a side, a game tonight and one in three days.
pub(super) fn directory() -> Directory {
    let [home, away]: [Team; 2] = SIDES.map(|(code, ..)| code.parse().unwrap());
    let game =
        |id: &str, slate: GameDate| Game { id: id.parse().unwrap(), slate, tipoff: Some(slate.at(20, 30)), home, away };
    let games = vec![game(GAME, slate()), game("0022400911", slate().plus_days(3))];
    let sides = [0, 1].into_iter().flat_map(|side| LETTERS.chars().map(move |letter| (side, letter)));
    let players = sides
        .map(|(side, letter)| PlayerName { player: PlayerId::new(number(side, letter)), name: name(side, letter) });
    let teams = SIDES
        .map(|(code, city, nickname)| TeamName { team: code.parse().unwrap(), name: format!("{city} {nickname}") });
    Directory::new(games, players.collect(), teams.into())
}

fn number(side: usize, letter: char) -> u32 {
    100 * (1 + side as u32) + letter as u32
}

fn name(side: usize, letter: char) -> String {
    format!("{letter}van {}son", SIDES[side].2)
}

/// Everybody plays 24 minutes and scores 11 points.
pub(super) fn box_score() -> Value {
    let statistics = json!({
        "minutes": "PT24M00.00S", "fieldGoalsMade": 4, "fieldGoalsAttempted": 9, "threePointersMade": 1,
        "threePointersAttempted": 3, "freeThrowsMade": 2, "freeThrowsAttempted": 2, "reboundsOffensive": 1,
        "reboundsDefensive": 3, "assists": 2, "steals": 1, "blocks": 0, "turnovers": 1, "foulsPersonal": 2, "points": 11,
    });
    let side = |side: usize| {
        let players: Vec<Value> = LETTERS
            .chars()
            .map(|letter| {
                json!({
                    "status": "ACTIVE", "personId": number(side, letter), "name": name(side, letter), "played": "1",
                    "starter": if letter < 'f' { "1" } else { "0" }, "statistics": statistics,
                })
            })
            .collect();
        let (code, city, nickname) = SIDES[side];
        json!({ "teamTricode": code, "teamCity": city, "teamName": nickname, "score": 110, "players": players })
    };
    json!({ "meta": { "code": 200 }, "game": { "gameId": GAME, "gameStatus": 3, "homeTeam": side(0), "awayTeam": side(1) } })
}

/// 180 shots from above the break.
pub(super) fn play_by_play() -> Value {
    let shot = |shot: usize| {
        let (side, letter) = (shot % 2, LETTERS.as_bytes()[shot / 2 % 10] as char);
        json!({
            "isFieldGoal": 1, "personId": number(side, letter), "teamTricode": SIDES[side].0,
            "area": "Above the Break 3", "shotResult": if shot.is_multiple_of(3) { "Made" } else { "Missed" },
        })
    };
    json!({ "game": { "gameId": GAME, "actions": (0..180).map(shot).collect::<Vec<_>>() } })
}

/// One book's lines on the ten of the home team, four minutes old.
pub(super) fn odds(fetched_at: Timestamp) -> Value {
    let outcome =
        |letter: char, side: &str| json!({ "name": side, "description": name(0, letter), "price": 1.9, "point": 11.5 });
    let outcomes: Vec<Value> =
        LETTERS.chars().flat_map(|letter| [outcome(letter, "Over"), outcome(letter, "Under")]).collect();
    let updated = (fetched_at - jiff::SignedDuration::from_mins(4)).to_string();
    let market = json!({ "key": "player_points", "last_update": updated, "outcomes": outcomes });
    json!({
        "id": "a73be3f1", "sport_key": "basketball_nba", "commence_time": tipoff().to_string(),
        "home_team": "San Antonio Spurs", "away_team": "Brooklyn Nets",
        "bookmakers": [{ "key": "fanduel", "title": "FanDuel", "markets": [market] }],
    })
}

/// Tonight's game and the next.
pub(super) fn schedule() -> Value {
    let team = |side: usize| {
        let (code, city, nickname) = SIDES[side];
        json!({ "teamId": 1_610_612_700 + side, "teamCity": city, "teamName": nickname, "teamTricode": code })
    };
    let date = |id: &str, slate: GameDate| {
        let game = json!({
            "gameId": id, "gameStatus": 1, "gameDateEst": format!("{slate}T00:00:00Z"), "postponedStatus": "N",
            "gameDateTimeUTC": slate.at(20, 30).to_string(), "homeTeam": team(0), "awayTeam": team(1),
        });
        json!({ "gameDate": slate.to_string(), "games": [game] })
    };
    let dates = [date(GAME, slate()), date("0022400911", slate().plus_days(3))];
    json!({ "leagueSchedule": { "seasonYear": "2024-25", "gameDates": dates } })
}

/// One is out.
pub(super) fn injuries() -> Value {
    let name = name(1, 'a');
    let (first, last) = name.split_once(' ').unwrap();
    json!({ "data": [{ "player": { "id": 7, "first_name": first, "last_name": last }, "status": "Out", "description": "knee" }] })
}
