//! ESPN's payloads, of our own making.

use domain::{
    Appearance, Cutoff, GameDate, InjuryEventKind, Meaning, PlayerId, PlayerName, Playtime, Role, Team, TeamName,
};
use serde_json::{Value, json};

use super::*;
use crate::source::{Parsed, Source, payload};

fn slate() -> GameDate {
    "2025-01-15".parse().unwrap()
}

fn directory() -> Directory {
    let [home, away]: [Team; 2] = ["SAS", "MEM"].map(|code| code.parse().unwrap());
    let game = Game { id: "0022400561".parse().unwrap(), slate: slate(), tipoff: Some(slate().at(20, 0)), home, away };
    let players = (1..).zip(["Ann Able", "Bob Baker", "Cy Cook"]);
    let players = players.map(|(number, name)| PlayerName { player: PlayerId::new(number), name: name.to_owned() });
    let teams = [(home, "San Antonio Spurs"), (away, "Memphis Grizzlies")];
    let teams = teams.map(|(team, name)| TeamName { team, name: name.to_owned() });
    Directory::new(vec![game], players.collect(), teams.to_vec())
}

fn parse(source: &dyn Source, wire: &Value) -> Parsed {
    source.parse(&payload(source, now(), wire.to_string().into_bytes()), &directory()).unwrap()
}

fn now() -> Timestamp {
    "2025-01-16T05:00:00Z".parse().unwrap()
}

fn meeting(status: &str, teams: [&str; 2]) -> Value {
    let side =
        |side, name, score| json!({"homeAway": side, "score": score, "team": {"displayName": name}, "winner": true});
    json!({
        "id": "401700", "date": "2025-01-16T01:00Z", "competitors": [side("home", teams[0], "115"), side("away", teams[1], "129")],
        "status": {"type": {"name": status, "completed": status == "STATUS_FINAL", "state": "x"}},
    })
}

const TEAMS: [&str; 2] = ["San Antonio Spurs", "Memphis Grizzlies"];

#[test]
fn a_scoreboard_names_games_and_tells_what_they_came_to() {
    let board = |status, teams| json!({"leagues": [], "events": [{"competitions": [meeting(status, teams)]}]});
    let told = |status, teams| {
        let parsed = parse(&EspnScoreboard, &board(status, teams));
        let rejects: Vec<_> = parsed.rejects.described().iter().map(|reject| reject.reason).collect();
        (parsed.facts.aliases.len(), parsed.facts.scores.len(), rejects)
    };
    assert_eq!(told("STATUS_FINAL", TEAMS), (1, 1, vec![]));
    assert_eq!(told("STATUS_SCHEDULED", TEAMS), (1, 0, vec![]));
    assert_eq!(told("STATUS_POSTPONED", TEAMS), (1, 0, vec![RejectReason::PostponedGame]));
    assert_eq!(
        told("STATUS_FINAL", ["San Antonio Spurs", "Seattle SuperSonics"]),
        (0, 0, vec![RejectReason::UnknownGame])
    );
    let parsed = parse(&EspnScoreboard, &board("STATUS_FINAL", TEAMS));
    let score = parsed.facts.scores[0].open(Cutoff::at(now())).unwrap();
    assert_eq!((score.home_points, score.away_points), (115, 129));
}

fn summary(status: &str, rows: &Value) -> Value {
    let keys = "minutes fieldGoalsMade-fieldGoalsAttempted threePointFieldGoalsMade-threePointFieldGoalsAttempted \
        freeThrowsMade-freeThrowsAttempted offensiveRebounds defensiveRebounds rebounds assists steals blocks turnovers \
        fouls plusMinus points";
    let keys: Vec<&str> = keys.split_whitespace().collect();
    let players = json!([{"team": {"displayName": TEAMS[0]}, "statistics": [{"keys": keys, "athletes": rows}]}]);
    json!({"header": {"competitions": [meeting(status, TEAMS)]}, "boxscore": {"players": players}})
}

fn row(name: &str, starter: bool, stats: &[&str]) -> Value {
    let athlete = json!({"id": "77", "displayName": name});
    json!({"athlete": athlete, "starter": starter, "didNotPlay": stats.is_empty(), "reason": "COACH'S DECISION", "stats": stats})
}

#[test]
fn a_summary_is_a_box_score_once_the_game_is_final() {
    let stats = ["34", "7-15", "2-6", "4-4", "1", "6", "7", "5", "2", "1", "3", "4", "+12", "20"];
    let wrong = ["34", "7-15", "2-6", "4-4", "1", "6", "7", "5", "2", "1", "3", "4", "+12", "21"];
    let rows = json!([
        row("Ann Able", true, &stats),
        row("Bob Baker", false, &[]),
        row("Cy Cook", false, &wrong),
        row("No Body", true, &stats)
    ]);
    let parsed = parse(&EspnSummary, &summary("STATUS_FINAL", &rows));
    let known = |row: &domain::Known<domain::BoxScore>| row.open(Cutoff::at(now())).cloned();
    let boxes: Vec<_> = parsed.facts.box_scores.iter().filter_map(known).collect();
    assert_eq!(boxes.len(), 2);
    let Appearance::Played(Role::Starter, line) = boxes[0].appearance else { panic!("{:?}", boxes[0]) };
    assert_eq!((line.playtime, line.points, line.rebounds()), (Playtime::from_seconds(2040), 20, 7));
    assert_eq!((line.threes_attempted, line.plus_minus), (6, Some(12)));
    assert_eq!(boxes[1].appearance, Appearance::Absent(domain::DidNotPlay::Coach));
    let rejects: Vec<_> = parsed.rejects.described().iter().map(|reject| reject.reason).collect();
    assert_eq!(rejects, [RejectReason::Implausible, RejectReason::UnresolvedPlayer]);
    let running = parse(&EspnSummary, &summary("STATUS_IN_PROGRESS", &rows));
    assert_eq!((running.facts.box_scores.len(), running.rejects.counts().len()), (0, 1));
}

#[test]
fn a_roster_names_players_and_who_of_them_is_hurt() {
    let athlete =
        |id: &str, name, injuries: Value| json!({"id": id, "displayName": name, "injuries": injuries, "age": 28});
    let hurt =
        |status: &str| json!([{"status": status, "shortComment": "knee"}, {"status": "Out", "shortComment": "older"}]);
    let athletes = json!([
        athlete("7", "Ann Able", hurt("Day-To-Day")),
        athlete("8", "Bob Baker", json!([])),
        athlete("9", "Cy Cook", hurt("Cured"))
    ]);
    let parsed = parse(&EspnRoster, &json!({"team": {"displayName": TEAMS[0], "athletes": athletes}}));
    let now = Cutoff::at(now());
    let aliases = parsed.facts.aliases.iter().filter_map(|alias| alias.open(now));
    let aliases: Vec<_> = aliases.map(|alias| (alias.foreign_id.as_str(), alias.meaning)).collect();
    assert_eq!(
        aliases,
        [("7", 1), ("8", 2), ("9", 3)].map(|(id, number)| (id, Meaning::Player(PlayerId::new(number))))
    );
    let events = parsed.facts.injuries.iter().filter_map(|event| event.open(now));
    let events: Vec<_> = events.map(|event| (event.player.number(), event.kind, event.detail.as_str())).collect();
    assert_eq!(events, [(1, InjuryEventKind::Questionable, "knee")]);
    assert_eq!(parsed.rejects.counts()[&RejectReason::Malformed], 1);
}

#[test]
fn a_game_is_asked_about_by_the_id_that_a_scoreboard_told() {
    let alias = domain::Alias {
        provider: "espn".to_owned(),
        foreign_id: "401700".to_owned(),
        meaning: Meaning::Game("0022400561".parse().unwrap()),
    };
    let after = crate::Delivery::Visit { slate: slate(), moment: crate::delivery::Moment::AfterGames };
    assert!(EspnSummary.plan(&after, &directory()).is_empty());
    let told = EspnSummary.plan(&after, &directory().with_aliases(vec![alias]));
    assert_eq!(told[0].subject, "apis/site/v2/sports/basketball/nba/summary?event=401700");
    let board = EspnScoreboard.plan(&after, &directory());
    assert_eq!(board[0].subject, "apis/site/v2/sports/basketball/nba/scoreboard?dates=20250115");
}
