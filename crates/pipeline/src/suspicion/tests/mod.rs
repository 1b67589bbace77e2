//! Good payloads are accepted; each way to spoil one ends in the right verdict, for the right reason.

mod fields;
mod payloads;

use domain::{InjuryEvent, InjuryEventKind, PlayerId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Check, Judgement, Verdict, judge};
use crate::RawPayload;
use crate::source::all;
use payloads::{box_score, directory, injuries, odds, play_by_play, schedule, slate, tipoff};

fn judged(source: &str, fetched_at: Timestamp, body: Vec<u8>) -> Judgement {
    let source = all().into_iter().find(|known| known.id() == source).unwrap();
    let payload = RawPayload {
        source: source.id().to_owned(),
        subject: "spoilt".to_owned(),
        fetched_at,
        etag: None,
        body: body.into(),
    };
    let directory = directory();
    judge(source.as_ref(), &payload, &source.parse(&payload, &directory), &directory)
}

/// A way to spoil a payload, and what is to come of it.
type Spoilt = (&'static str, fn(&mut Value), Verdict, Check);

fn spoil(source: &str, fetched_at: Timestamp, good: &Value, ways: &[Spoilt]) {
    let untouched = judged(source, fetched_at, good.to_string().into());
    assert_eq!(untouched, Judgement::default(), "{source} as it should be");
    for (way, change, verdict, check) in ways {
        let mut body = good.clone();
        change(&mut body);
        assert_ne!(body, *good, "{way} changes nothing");
        let judgement = judged(source, fetched_at, body.to_string().into());
        assert_eq!(judgement.verdict(), *verdict, "{way}: {judgement:?}");
        let found = judgement.findings.iter().any(|finding| (finding.check, finding.verdict) == (*check, *verdict));
        assert!(found, "{way}: {judgement:?}");
    }
}

fn in_the_night() -> Timestamp {
    slate().plus_days(1).at(0, 30)
}

fn at_noon() -> Timestamp {
    slate().at(13, 0)
}

fn players(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    let game = body["game"].as_object_mut().unwrap();
    let sides = game.iter_mut().filter(|(key, _)| key.ends_with("Team")).map(|(_, team)| team);
    sides.flat_map(|team| team["players"].as_array_mut().unwrap())
}

fn everybodys(body: &mut Value, change: impl Fn(&mut Value)) {
    players(body).for_each(|player| change(&mut player["statistics"]));
}

fn first(body: &mut Value) -> &mut Value {
    &mut body["game"]["homeTeam"]["players"][0]
}

fn times_ten(statistics: &mut Value) {
    let counts = statistics.as_object_mut().unwrap().values_mut();
    counts.filter(|count| count.is_u64()).for_each(|count| *count = json!(count.as_u64().unwrap() * 10));
}

#[test]
fn what_is_no_data_is_blocked() {
    let good = box_score().to_string();
    let cut: Vec<u8> = good.as_bytes()[..good.len() / 2].into();
    let bodies: [(&str, Vec<u8>, Check); 5] = [
        ("nothing", Vec::new(), Check::ErrorPage),
        ("a page", b"\n<!DOCTYPE html><html><title>Access Denied</title>".into(), Check::ErrorPage),
        (
            "an error",
            br#"{"message":"Usage quota has been reached","error_code":"OUT_OF_USAGE_CREDITS"}"#.into(),
            Check::ErrorPage,
        ),
        ("half of it", cut, Check::Unreadable),
        ("another thing", b"[1, 2, 3]".into(), Check::Unreadable),
    ];
    for (what, body, check) in bodies {
        let judgement = judged("nba_cdn_box_score", in_the_night(), body);
        assert_eq!(judgement.verdict(), Verdict::Block, "{what}");
        assert_eq!(judgement.findings[0].check, check, "{what}: {judgement:?}");
        assert!(!judgement.why_blocked().is_empty());
    }
}

#[test]
fn a_box_score_that_lacks_something_is_not_believed() {
    let block = Verdict::Block;
    let ways: [Spoilt; 6] = [
        (
            "the status is gone",
            |body| drop(body["game"].as_object_mut().unwrap().remove("gameStatus")),
            block,
            Check::Unreadable,
        ),
        (
            "points are called pts",
            |body| everybodys(body, |s| s["pts"] = s.as_object_mut().unwrap().remove("points").unwrap()),
            block,
            Check::Unreadable,
        ),
        ("one team has no players", |body| body["game"]["awayTeam"]["players"] = json!([]), block, Check::Cardinality),
        (
            "a list is cut",
            |body| body["game"]["awayTeam"]["players"].as_array_mut().unwrap().truncate(6),
            block,
            Check::Cardinality,
        ),
        (
            "a team plays itself",
            |body| body["game"]["awayTeam"]["teamTricode"] = json!("SAS"),
            block,
            Check::Cardinality,
        ),
        (
            "everybody starts",
            |body| players(body).for_each(|player| player["starter"] = json!("1")),
            block,
            Check::Cardinality,
        ),
    ];
    spoil("nba_cdn_box_score", in_the_night(), &box_score(), &ways);
}

#[test]
fn a_box_score_that_cannot_be_true_is_not_believed() {
    let block = Verdict::Block;
    let ways: [Spoilt; 9] = [
        (
            "somebody plays 70 minutes",
            |body| first(body)["statistics"]["minutes"] = json!("PT70M00.00S"),
            block,
            Check::Impossible,
        ),
        (
            "more made than attempted",
            |body| first(body)["statistics"]["fieldGoalsMade"] = json!(10),
            block,
            Check::Impossible,
        ),
        (
            "points are not what shots are worth",
            |body| first(body)["statistics"]["points"] = json!(13),
            block,
            Check::Impossible,
        ),
        (
            "the team has other points than its players",
            |body| body["game"]["homeTeam"]["score"] = json!(112),
            block,
            Check::Impossible,
        ),
        (
            "everything is ten times as much",
            |body| {
                everybodys(body, times_ten);
                for side in ["homeTeam", "awayTeam"] {
                    body["game"][side]["score"] = json!(1100);
                }
            },
            block,
            Check::Units,
        ),
        ("minutes are seconds", |body| everybodys(body, |s| s["minutes"] = json!("PT00M24.00S")), block, Check::Units),
        (
            "minutes are of another form",
            |body| everybodys(body, |s| s["minutes"] = json!("24:00")),
            block,
            Check::Malformed,
        ),
        ("nobody has an assist", |body| everybodys(body, |s| s["assists"] = json!(0)), block, Check::Zeros),
        (
            "somebody is listed twice",
            |body| {
                let twin = first(body).clone();
                body["game"]["homeTeam"]["players"][1] = twin;
            },
            block,
            Check::Repeated,
        ),
    ];
    spoil("nba_cdn_box_score", in_the_night(), &box_score(), &ways);
}

#[test]
fn fields_that_nobody_reads_are_no_harm() {
    let mut body = box_score();
    body["game"]["attendance"] = json!(18_354);
    everybodys(&mut body, |statistics| statistics["foulsOffensive"] = json!(null));
    assert_eq!(judged("nba_cdn_box_score", in_the_night(), body.to_string().into()).verdict(), Verdict::Accept);
}

#[test]
fn half_a_game_is_no_game() {
    let ways: [Spoilt; 2] = [
        (
            "it is cut",
            |body| body["game"]["actions"].as_array_mut().unwrap().truncate(60),
            Verdict::Block,
            Check::Cardinality,
        ),
        ("it is empty", |body| body["game"]["actions"] = json!([]), Verdict::Degrade, Check::Empty),
    ];
    spoil("nba_cdn_play_by_play", in_the_night(), &play_by_play(), &ways);
}

fn market(body: &mut Value) -> &mut Value {
    &mut body["bookmakers"][0]["markets"][0]
}

fn outcomes(body: &mut Value) -> &mut Vec<Value> {
    market(body)["outcomes"].as_array_mut().unwrap()
}

fn every_outcome(body: &mut Value, field: &str, value: &Value) {
    outcomes(body).iter_mut().for_each(|outcome| outcome[field] = value.clone());
}

#[test]
fn spoilt_lines_are_not_believed() {
    fn updated(body: &mut Value, at: Timestamp) {
        market(body)["last_update"] = json!(at.to_string());
    }
    let (degrade, block) = (Verdict::Degrade, Verdict::Block);
    let ways: [Spoilt; 9] = [
        ("updated hours ago", |body| updated(body, at_noon() - SignedDuration::from_hours(5)), degrade, Check::Stale),
        ("updated days ago", |body| updated(body, at_noon() - SignedDuration::from_hours(72)), block, Check::Stale),
        ("American prices", |body| every_outcome(body, "price", &json!(-110)), block, Check::Malformed),
        ("probabilities", |body| every_outcome(body, "price", &json!(0.52)), block, Check::Malformed),
        ("prices in percent", |body| every_outcome(body, "price", &json!(52.4)), block, Check::Units),
        ("lines ten times as high", |body| every_outcome(body, "point", &json!(115.0)), block, Check::Units),
        ("overs alone", |body| outcomes(body).retain(|outcome| outcome["name"] == "Over"), degrade, Check::Missing),
        (
            "other people",
            |body| outcomes(body).iter_mut().skip(6).for_each(|o| o["description"] = json!("Nobody Known")),
            degrade,
            Check::Unresolved,
        ),
        ("no books", |body| body["bookmakers"] = json!([]), degrade, Check::Empty),
    ];
    spoil("odds_api_event_odds", at_noon(), &odds(at_noon()), &ways);
}

#[test]
fn what_a_book_shows_during_a_game_is_no_line_of_before_it() {
    let during = tipoff() + SignedDuration::from_mins(40);
    let judgement = judged("odds_api_event_odds", during, odds(during).to_string().into());
    assert_eq!(judgement.verdict(), Verdict::Block);
    assert!(judgement.why_blocked().starts_with("in_play: 20 of 20 rows"), "{judgement:?}");
    // At the listed tip-off no game has begun.
    let judgement = judged("odds_api_event_odds", tipoff(), odds(tipoff()).to_string().into());
    assert_eq!(judgement, Judgement::default());
}

#[test]
fn an_old_or_empty_list_marks_its_source() {
    let morning = slate().at(6, 0);
    fn last_season(body: &mut Value) {
        for night in body["leagueSchedule"]["gameDates"].as_array_mut().unwrap() {
            *night = serde_json::from_str(&night.to_string().replace("2025-03", "2024-03").replace("00224", "00223"))
                .unwrap();
        }
    }
    let ways: [Spoilt; 2] = [
        ("last season's", last_season, Verdict::Degrade, Check::Stale),
        ("no dates", |body| body["leagueSchedule"]["gameDates"] = json!([]), Verdict::Degrade, Check::Empty),
    ];
    spoil("nba_cdn_schedule", morning, &schedule(), &ways);
    let ways: [Spoilt; 1] = [("nobody is hurt", |body| body["data"] = json!([]), Verdict::Degrade, Check::Empty)];
    spoil("balldontlie_injuries", morning, &injuries(), &ways);
}

#[test]
fn an_empty_list_heals_nobody() {
    let source = all().into_iter().find(|known| known.id() == "balldontlie_injuries").unwrap();
    let hurt =
        InjuryEvent { player: PlayerId::new(7), date: slate(), kind: InjuryEventKind::Out, detail: "knee".to_owned() };
    let directory = directory().with_injuries(vec![hurt]);
    let payload = RawPayload {
        source: source.id().to_owned(),
        subject: "v1/player_injuries".to_owned(),
        fetched_at: at_noon(),
        etag: None,
        body: r#"{"data":[]}"#.into(),
    };
    let reading = source.parse(&payload, &directory);
    assert_eq!(reading.as_ref().unwrap().facts.injuries.len(), 1, "he would be back");
    assert_eq!(judge(source.as_ref(), &payload, &reading, &directory).verdict(), Verdict::Block);
}
