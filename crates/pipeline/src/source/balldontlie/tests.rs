//! BallDontLie's payloads, of our own making.

use domain::{Cutoff, Game, GameDate, PlayerName, TeamName};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::source::{Parsed, RejectReason, Source, payload};

fn now() -> Timestamp {
    "2025-01-16T05:00:00Z".parse().unwrap()
}

fn directory() -> Directory {
    let slate: GameDate = "2025-01-15".parse().unwrap();
    let [home, away]: [Team; 2] = ["SAS", "MEM"].map(|code| code.parse().unwrap());
    let game = Game { id: "0022400561".parse().unwrap(), slate, tipoff: Some(slate.at(20, 0)), home, away };
    let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
    let players = vec![named(1, "Ann Able"), named(2, "Bob Baker"), named(3, "Bob Baker")];
    let teams = vec![TeamName { team: home, name: "San Antonio Spurs".to_owned() }];
    Directory::new(vec![game], players, teams).with_newest_teams([(PlayerId::new(2), home), (PlayerId::new(3), away)])
}

fn parse(source: &dyn Source, wire: &Value) -> Parsed {
    source.parse(&payload(source, now(), wire.to_string().into_bytes()), &directory()).unwrap()
}

fn team(code: &str, name: &str, players: &Value) -> Value {
    json!({"id": 1, "abbreviation": code, "full_name": name, "players": players})
}

fn player(id: u32, first: &str, last: &str) -> Value {
    json!({"id": id, "first_name": first, "last_name": last, "position": "G"})
}

fn game(status: &str, points: [u16; 2]) -> Value {
    json!({"id": 77, "date": "2025-01-15", "status": status, "home_team_score": points[0], "visitor_team_score": points[1]})
}

fn aliases(parsed: &Parsed) -> Vec<(&str, Meaning)> {
    let known = parsed.facts.aliases.iter().filter_map(|alias| alias.open(Cutoff::at(now())));
    known.map(|alias| (alias.foreign_id.as_str(), alias.meaning)).collect()
}

fn scores(parsed: &Parsed) -> Vec<(u16, u16)> {
    let known = parsed.facts.scores.iter().filter_map(|score| score.open(Cutoff::at(now())));
    known.map(|score| (score.home_points, score.away_points)).collect()
}

#[test]
fn a_days_games_tell_ids_and_scores_once_they_are_over() {
    let told = |status, points| {
        let mut meeting = game(status, points);
        meeting["home_team"] =
            team("SAS", "San Antonio Spurs", &json!([{"min": "28", "player": player(5, "Bob", "Baker")}]));
        meeting["visitor_team"] = team(
            "MEM",
            "Grizzlies, Memphis",
            &json!([{"player": player(6, "Bob", "Baker")}, {"player": player(7, "No", "Body")}]),
        );
        parse(&BalldontlieBoxScores, &json!({"data": [meeting]}))
    };
    let parsed = told("Final", [115, 129]);
    let id = Meaning::Game("0022400561".parse().unwrap());
    let players = [2, 3].map(|number| Meaning::Player(PlayerId::new(number)));
    assert_eq!(aliases(&parsed), [("77", id), ("5", players[0]), ("6", players[1])], "two of one name, by their teams");
    assert_eq!(scores(&parsed), [(115, 129)]);
    assert_eq!(parsed.rejects.described()[0].reason, RejectReason::UnresolvedPlayer);
    assert_eq!(scores(&told("3rd Qtr", [80, 90])), []);
    assert_eq!(scores(&told("2025-01-16T01:00:00Z", [0, 0])), []);
    assert_eq!(parse(&BalldontlieGames, &json!({"data": []})), Parsed::default());
}

#[test]
fn statistics_tell_the_score_of_each_game_once() {
    let row = |id, first, last| {
        let team = json!({"abbreviation": "SAS", "full_name": "San Antonio Spurs"});
        json!({"id": 9, "min": "38", "pts": 20, "player": player(id, first, last), "team": team, "game": game("Final", [115, 129])})
    };
    let parsed = parse(&BalldontlieStats, &json!({"data": [row(4, "Ann", "Able"), row(5, "Bob", "Baker")]}));
    assert_eq!((scores(&parsed), aliases(&parsed).len()), (vec![(115, 129)], 3));
}

#[test]
fn players_are_known_by_their_ids_there() {
    let mut entry = player(5, "Bob", "Baker");
    entry["team"] = json!({"abbreviation": "MEM", "full_name": "Memphis Grizzlies"});
    let parsed = parse(&BalldontliePlayers, &json!({"data": [entry, player(6, "Bob", "Baker")]}));
    assert_eq!(aliases(&parsed), [("5", Meaning::Player(PlayerId::new(3)))]);
    assert_eq!(parsed.rejects.counts().len(), 1, "one of two, of no team");
}

#[test]
fn teams_that_are_no_more_are_nobodys_namesakes() {
    let entry = |code: &str, name: &str, conference: &str| json!({"id": 1, "conference": conference, "abbreviation": code, "full_name": name});
    let teams = [
        entry("SAS", "Spurs of San Antonio", "West"),
        entry("MEM", "Memphis Grizzlies", "West"),
        entry("WAS", "Washington Capitols", "    "),
        entry("?", "Nowhere Nobodies", "East"),
    ];
    let parsed = parse(&BalldontlieTeams, &json!({ "data": teams }));
    let named: Vec<_> = parsed.facts.teams.iter().filter_map(|team| team.open(Cutoff::at(now()))).collect();
    let grizzlies = TeamName { team: "MEM".parse().unwrap(), name: "Memphis Grizzlies".to_owned() };
    assert_eq!(named, [&grizzlies], "who has a name keeps it");
    let reasons: Vec<RejectReason> = parsed.rejects.described().iter().map(|reject| reject.reason).collect();
    assert_eq!((parsed.rows_read, reasons), (4, vec![RejectReason::NotCounted, RejectReason::Malformed]));
}
