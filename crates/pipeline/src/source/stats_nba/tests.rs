//! The service's tables, of our own making.

use domain::{Appearance, Cutoff, PlayerName, Role, Team};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::source::{Parsed, Source, payload};

const GAME: &str = "0022400561";

fn now() -> Timestamp {
    "2025-01-16T05:00:00Z".parse().unwrap()
}

fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

fn directory() -> Directory {
    let [home, away]: [Team; 2] = ["SAS", "MEM"].map(|code| code.parse().unwrap());
    let game = Game { id: GAME.parse().unwrap(), slate: slate(), tipoff: Some(slate().at(20, 0)), home, away };
    Directory::new(vec![game], Vec::<PlayerName>::new(), Vec::new())
}

fn parse(source: &dyn Source, wire: &Value) -> Parsed {
    source.parse(&payload(source, now(), wire.to_string().into_bytes()), &directory()).unwrap()
}

/// Tables, each with its head in one text and its rows.
fn tables(sets: &[(&str, &str, Value)]) -> Value {
    let set = |(name, heads, rows): &(&str, &str, Value)| json!({"name": name, "headers": heads.split_whitespace().collect::<Vec<_>>(), "rowSet": rows});
    json!({"resource": "x", "parameters": {}, "resultSets": sets.iter().map(set).collect::<Vec<_>>()})
}

const PLAYER: &str = "GAME_ID TEAM_ABBREVIATION PLAYER_ID PLAYER_NAME START_POSITION COMMENT MIN FGM FGA FG3M FG3A FTM FTA \
    OREB DREB AST STL BLK TO PF PTS PLUS_MINUS";

/// 20 points in 34:30.
fn player(team: &str, number: u32, starts: &str, points: u16) -> Value {
    json!([GAME, team, number, "Somebody", starts, "", "34:30", 7, 15, 2, 6, 4, 4, 1, 6, 5, 2, 1, 3, 4, points, 12])
}

fn absent(number: u32, comment: &str) -> Value {
    let none = Value::Null;
    let mut row = vec![json!(GAME), json!("SAS"), json!(number), json!("Somebody"), json!(""), json!(comment)];
    row.resize(22, none);
    Value::Array(row)
}

fn box_v2(minutes: &str, points: [u16; 2]) -> Value {
    let teams = json!([[GAME, "MEM", minutes, points[1]], [GAME, "SAS", minutes, points[0]]]);
    let rows = json!([
        player("SAS", 1, "F", 20),
        player("MEM", 2, "", 20),
        player("MEM", 3, "", 21),
        player("BOS", 4, "", 20),
        absent(5, "DNP - Coach's Decision"),
        absent(6, "NWT - Injury/Illness"),
    ]);
    tables(&[("TeamStats", "GAME_ID TEAM_ABBREVIATION MIN PTS", teams), ("PlayerStats", PLAYER, rows)])
}

/// Whether somebody started, his seconds and his points.
type Played = (Role, u16, u16);

/// Of each row: the player, and what he played if he did.
fn rows(parsed: &Parsed) -> Vec<(u32, Option<Played>)> {
    let known = parsed.facts.box_scores.iter().filter_map(|row| row.open(Cutoff::at(now())));
    known
        .map(|row| match row.appearance {
            Appearance::Played(role, line) => (row.player.number(), Some((role, line.playtime.seconds(), line.points))),
            Appearance::Absent(_) => (row.player.number(), None),
        })
        .collect()
}

fn reasons(parsed: &Parsed) -> Vec<RejectReason> {
    parsed.rejects.described().iter().map(|reject| reject.reason).collect()
}

#[test]
fn both_versions_of_a_box_score_say_the_same() {
    let second = parse(&StatsNbaBoxV2, &box_v2("240:00", [115, 129]));
    let statistics = |minutes: &str, points: u16| {
        json!({"minutes": minutes, "fieldGoalsMade": 7, "fieldGoalsAttempted": 15, "threePointersMade": 2,
               "threePointersAttempted": 6, "freeThrowsMade": 4, "freeThrowsAttempted": 4, "reboundsOffensive": 1,
               "reboundsDefensive": 6, "assists": 5, "steals": 2, "blocks": 1, "turnovers": 3, "foulsPersonal": 4,
               "points": points, "plusMinusPoints": 12.0})
    };
    let player = |number: u32, position: &str, comment: &str, minutes: &str, points| {
        json!({"personId": number, "firstName": "Some", "familyName": "Body", "position": position, "comment": comment,
               "statistics": statistics(minutes, points)})
    };
    let side = |team: &str, players: &[Value], points| json!({"teamTricode": team, "players": players, "statistics": statistics("240:00", points)});
    let home = [
        player(1, "F", "", "34:30", 20),
        player(5, "", "DNP - Coach's Decision", "", 0),
        player(6, "", "NWT - Injury/Illness", "", 0),
    ];
    let away = [player(2, "", "", "34:30", 20), player(3, "", "", "34:30", 21)];
    let third = json!({"boxScoreTraditional": {
        "gameId": GAME, "homeTeam": side("SAS", &home, 115), "awayTeam": side("MEM", &away, 129),
    }});
    let third = parse(&StatsNbaBoxV3, &third);
    let sorted = |parsed: &Parsed| {
        let mut boxes: Vec<_> =
            parsed.facts.box_scores.iter().filter_map(|row| row.open(Cutoff::at(now())).cloned()).collect();
        boxes.sort_by_key(|row| row.player);
        boxes
    };
    assert_eq!(sorted(&second), sorted(&third));
    assert_eq!(second.facts.scores, third.facts.scores);
    let expected = [(1, Some((Role::Starter, 2070, 20))), (2, Some((Role::Bench, 2070, 20))), (5, None), (6, None)];
    assert_eq!(rows(&second), expected);
    assert_eq!(reasons(&second), [RejectReason::Implausible, RejectReason::Malformed]);
}

#[test]
fn a_game_that_is_not_over_has_no_box_score() {
    for (minutes, points) in
        [("239:00", [115, 129]), ("240:00", [115, 115]), ("252:30", [115, 129]), ("120:00", [60, 50])]
    {
        let parsed = parse(&StatsNbaBoxV2, &box_v2(minutes, points));
        assert_eq!(reasons(&parsed), [RejectReason::NotFinal], "{minutes} {points:?}");
        assert!(parsed.facts.box_scores.is_empty());
    }
    for minutes in ["240:00", "265:00", "290:00", "264:58"] {
        assert_eq!(parse(&StatsNbaBoxV2, &box_v2(minutes, [115, 129])).facts.scores.len(), 1, "{minutes}");
    }
}

#[test]
fn columns_are_read_by_name() {
    let heads = |order: &str| tables(&[("PlayerIndex", order, json!([["Able", "Ann", 7]]))]);
    let parsed = parse(&StatsNbaPlayerIndex, &heads("PLAYER_LAST_NAME PLAYER_FIRST_NAME PERSON_ID"));
    let name = parsed.facts.players[0].open(Cutoff::at(now())).unwrap();
    assert_eq!((name.player.number(), name.name.as_str()), (7, "Ann Able"));
    let source = StatsNbaPlayerIndex;
    let lacking = heads("PLAYER_LAST_NAME PLAYER_FIRST_NAME NUMBER").to_string().into_bytes();
    let error = source.parse(&payload(&source, now(), lacking), &directory()).unwrap_err();
    assert!(error.problem.contains("no column PERSON_ID"), "{error}");
}

fn scoreboard(status: u8, text: &str) -> Value {
    let heads = "GAME_DATE_EST GAME_ID GAME_STATUS_ID GAME_STATUS_TEXT HOME_TEAM_ID VISITOR_TEAM_ID";
    let header = json!([["2025-01-15T00:00:00", GAME, status, text, 10, 20]]);
    let lines = json!([[GAME, 20, "MEM", 129], [GAME, 10, "SAS", 115]]);
    tables(&[("GameHeader", heads, header), ("LineScore", "GAME_ID TEAM_ID TEAM_ABBREVIATION PTS", lines)])
}

#[test]
fn a_scoreboard_is_the_schedule_until_a_game_begins_and_its_score_when_it_is_over() {
    let told = |status, text| {
        let parsed = parse(&StatsNbaScoreboard, &scoreboard(status, text));
        let now = Cutoff::at(now());
        let tipoff = parsed.facts.games.first().and_then(|game| game.open(now)).and_then(|game| game.tipoff);
        let score = parsed.facts.scores.first().and_then(|score| score.open(now));
        (tipoff, score.map(|score| (score.home_points, score.away_points)))
    };
    assert_eq!(told(1, "7:30 pm ET"), (Some(slate().at(19, 30)), None));
    assert_eq!(told(1, "TBD"), (None, None));
    assert_eq!(told(2, "Q3 5:00"), (None, None));
    assert_eq!(told(3, "Final"), (None, Some((115, 129))));
}

#[test]
fn a_days_players_add_up_to_scores() {
    let heads = "PLAYER_ID PLAYER_NAME TEAM_ABBREVIATION GAME_ID WL PTS";
    let rows = |won: &str| {
        json!([[1, "Ann", "SAS", GAME, "L", 100], [2, "Bob", "SAS", GAME, "L", 15], [3, "Cy", "MEM", GAME, won, 129]])
    };
    let parsed = parse(&StatsNbaGameLog, &tables(&[("LeagueGameLog", heads, rows("W"))]));
    let score = parsed.facts.scores[0].open(Cutoff::at(now())).unwrap();
    assert_eq!((score.home_points, score.away_points, parsed.facts.players.len()), (115, 129, 3));
    let running = parse(&StatsNbaGameLog, &tables(&[("LeagueGameLog", heads, rows(""))]));
    assert_eq!((running.facts.scores.len(), reasons(&running)), (0, vec![RejectReason::NotFinal]));
}

#[test]
fn shots_go_to_the_zones_of_their_places() {
    let shot = |x: i32, y: i32, value: u8, result: &str| json!({"isFieldGoal": 1, "personId": 1, "shotResult": result, "shotValue": value, "xLegacy": x, "yLegacy": y});
    let actions = json!([
        {"isFieldGoal": 0, "personId": 1, "actionType": "Rebound"},
        shot(10, 20, 2, "Made"),
        shot(-70, 100, 2, "Missed"),
        shot(150, 60, 2, "Made"),
        shot(228, 17, 3, "Made"),
        shot(-168, 205, 3, "Missed"),
        shot(0, 600, 3, "Missed"),
        {"isFieldGoal": 1, "personId": 1, "shotResult": "Made"},
    ]);
    let parsed = parse(&StatsNbaPlayByPlay, &json!({"meta": {}, "game": {"gameId": GAME, "actions": actions}}));
    let zones = parsed.facts.shots[0].open(Cutoff::at(now())).unwrap().zones;
    let shots = |zone: domain::Shots| (zone.made, zone.attempted);
    assert_eq!([shots(zones.restricted_area), shots(zones.paint), shots(zones.mid_range)], [(1, 1), (0, 1), (1, 1)]);
    assert_eq!(
        [shots(zones.corner_three), shots(zones.above_break_three), shots(zones.back_court)],
        [(1, 1), (0, 1), (0, 1)]
    );
    assert_eq!(reasons(&parsed), [RejectReason::MissingValue]);
}

#[test]
fn comments_say_where_and_why() {
    for (comment, expected) in [
        ("DNP - Coach's Decision", DidNotPlay::Coach),
        ("DND - Injury/Illness", DidNotPlay::UndressedInjury),
        ("NWT - Not With Team", DidNotPlay::AwayOther),
        ("", DidNotPlay::NoReason),
    ] {
        assert_eq!(absence(comment), expected, "{comment}");
    }
    assert_eq!(season("2025-04-10".parse().unwrap()).to_string(), "2024-25");
    assert_eq!(season("2025-10-21".parse().unwrap()).to_string(), "2025-26");
}
