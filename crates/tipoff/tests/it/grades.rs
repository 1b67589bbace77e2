//! Grades: settled at the published line and price, once; a correction stands beside what it corrects.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::archive::{Archive, slates, tonight};
use crate::program::Tipoff;

fn graded() -> (Tipoff, Value) {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    let report = tipoff.on("grade", tonight()).exits(0).json();
    (tipoff, report)
}

fn system<'a>(report: &'a Value, id: &str) -> &'a Value {
    report["systems"].as_array().unwrap().iter().find(|system| system["system"] == id).unwrap()
}

/// Every prediction of the results, by its id.
fn results(tipoff: &Tipoff) -> Vec<Value> {
    tipoff.document(&format!("results/{}.json", tonight()))["results"].as_array().unwrap().clone()
}

#[test]
fn every_prediction_is_settled_against_what_was_scored() {
    let (tipoff, report) = graded();
    assert_eq!(report["edition"]["state"], "done");
    let average = system(&report, "moving_average");
    let played = average["predictions"].as_u64().unwrap();
    assert_eq!(played + average["voids"].as_u64().unwrap(), 54);
    let season = Archive::season();
    let scored: BTreeMap<&str, i64> = season.0["player_games"]
        .rows
        .iter()
        .filter(|row| row.slate() == Some(tonight()))
        .filter_map(|row| Some((season.name(row.integer("player_id")?), row.integer("pts")?.into())))
        .collect();
    assert_eq!(scored.len() as u64, played);
    for result in results(&tipoff) {
        assert_eq!(result["actual"].as_i64(), scored.get(result["name"].as_str().unwrap()).copied(), "{result}");
    }
}

#[test]
fn errors_are_those_of_the_number_that_was_published() {
    let (tipoff, _) = graded();
    let document = tipoff.document(&format!("results/{}.json", tonight()));
    let (mut errors, mut near) = (Vec::new(), 0);
    for result in document["results"].as_array().unwrap() {
        let Some(actual) = result["actual"].as_f64() else { continue };
        let error = (result["predicted"].as_f64().unwrap() - actual).abs();
        assert!((result["absolute_error"].as_f64().unwrap() - error).abs() < 1e-3, "{result}");
        errors.push(error);
        near += i32::from(error <= 3.0);
    }
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let summary = &document["summary"];
    assert!((summary["avg_mae"].as_f64().unwrap() - mean).abs() < 1e-3, "{summary}");
    assert!((summary["within_3_pct"].as_f64().unwrap() - 100.0 * f64::from(near) / errors.len() as f64).abs() < 1e-3);
    assert_eq!(summary["total"].as_u64().unwrap() - summary["voids"].as_u64().unwrap(), errors.len() as u64);
}

#[test]
fn who_did_not_play_is_void_and_counts_in_no_error() {
    let (tipoff, _) = graded();
    let voids: Vec<Value> = results(&tipoff).into_iter().filter(|result| result["actual"].is_null()).collect();
    assert!(!voids.is_empty());
    for void in voids {
        assert_eq!((&void["result"], &void["profit"]), (&Value::from("void"), &Value::Null), "{void}");
        assert!(void["absolute_error"].is_null() && void["void_reason"].is_string());
    }
}

#[test]
fn grading_again_changes_nothing() {
    let (tipoff, report) = graded();
    let files = tipoff.published();
    let again = tipoff.on("grade", tonight()).exits(0).json();
    assert!(again["edition"]["tasks"].as_array().unwrap().iter().all(|task| task["ran"] == false), "{again}");
    assert_eq!(again["systems"], report["systems"]);
    crate::program::assert_same(&tipoff.published(), &files);
}

#[test]
fn what_is_not_published_cannot_be_graded() {
    let report = Tipoff::with_season().on("grade", tonight()).exits(3).json();
    assert!(report["edition"]["reason"].as_str().unwrap().contains("run it first"), "{report}");
}

#[test]
fn what_is_not_played_cannot_be_graded_yet() {
    let tipoff = Tipoff::with(&Archive::season().without_what_follows(tonight()));
    tipoff.on("run", tonight()).exits(0);
    let report = tipoff.on("grade", tonight()).exits(3).json();
    assert!(report["edition"]["reason"].as_str().unwrap().contains("3 of 3 games have no final score"), "{report}");
}

#[test]
fn a_corrected_box_score_makes_new_grades_and_leaves_the_prediction() {
    let (tipoff, before) = graded();
    let predictions = tipoff.published()["v1/predictions/2024-12-11.json"].clone();
    let mut corrected = Archive::season();
    let name = inflate(&mut corrected);
    let actual_of = |tipoff: &Tipoff| {
        results(tipoff).into_iter().find(|result| result["name"] == *name).unwrap()["actual"].as_i64().unwrap()
    };
    let scored = actual_of(&tipoff);
    tipoff.import(&corrected).exits(0);
    let changed = |tipoff: &Tipoff| -> Vec<String> {
        let status = tipoff.on("status", tonight()).exits(0).json();
        let cells = status["cells"].as_array().unwrap().iter().filter(|cell| cell["inputs_changed"] == true);
        cells.map(|cell| cell["step"].as_str().unwrap().to_owned()).collect()
    };
    assert!(changed(&tipoff).contains(&"grade".to_owned()), "{:?}", changed(&tipoff));
    assert!(!changed(&tipoff).contains(&"forecast".to_owned()), "{:?}", changed(&tipoff));
    let after = tipoff.on("grade", tonight()).exits(0).json();
    assert_ne!(after["systems"], before["systems"]);
    assert_eq!(actual_of(&tipoff), scored + 9);
    assert!(!changed(&tipoff).contains(&"grade".to_owned()), "{:?}", changed(&tipoff));
    // The cutoff of the edition lies before the correction was known: run again, it predicts the same.
    tipoff.on("run", tonight()).exits(0);
    assert_eq!(tipoff.published()["v1/predictions/2024-12-11.json"], predictions);
}

#[test]
fn a_night_graded_late_still_counts_on_the_leaderboard() {
    let (tipoff, _) = graded();
    let earlier = *crate::archive::slates().iter().rfind(|slate| **slate < tonight()).unwrap();
    tipoff.on("run", earlier).exits(0);
    tipoff.on("grade", earlier).exits(0);
    let board = tipoff.document("systems/performance.json");
    assert_eq!(board["game_date"], tonight().to_string());
    assert_eq!(board["systems"]["moving_average"]["season"]["slates"], 2);
}

#[test]
fn the_leaderboard_adds_up_the_nights() {
    let (tipoff, report) = graded();
    let board = tipoff.document("systems/performance.json");
    let average = &board["systems"]["moving_average"];
    for window in ["last_7_days", "last_30_days", "season"] {
        assert_eq!(average[window]["predictions"], system(&report, "moving_average")["predictions"], "{average}");
    }
}

/// Nine points more for the first of tonight's players who played; returns his name.
fn inflate(archive: &mut Archive) -> String {
    let rows = &mut archive.frame("player_games").rows;
    let row = rows.iter_mut().find(|row| row.slate() == Some(tonight()) && row.integer("pts").is_some()).unwrap();
    for (column, more) in [("ftm", 9), ("fta", 9), ("pts", 9)] {
        let count = row.integer(column).unwrap();
        row.set(column, count + more);
    }
    let player = row.integer("player_id").unwrap();
    archive.name(player).to_owned()
}

#[test]
fn old_bytes_parsed_again_take_no_correction_back() {
    let without_last_game = |mut archive: Archive| {
        archive.frame("games").rows.pop();
        archive
    };
    let mut wrong = Archive::season();
    let name = inflate(&mut wrong);
    let tipoff = Tipoff::new();
    tipoff.import(&without_last_game(wrong)).exits(0);
    tipoff.on("run", tonight()).exits(0);
    let actual = |tipoff: &Tipoff| {
        tipoff.on("grade", tonight()).exits(0);
        results(tipoff).into_iter().find(|result| result["name"] == *name).unwrap()["actual"].as_i64().unwrap()
    };
    let inflated = actual(&tipoff);
    tipoff.import(&without_last_game(Archive::season())).exits(0);
    let corrected = actual(&tipoff);
    assert_eq!(inflated - corrected, 9);
    // Now the game is known whose rows nobody could place: both files are parsed again.
    tipoff.import(&Archive::season()).exits(0);
    assert_eq!(actual(&tipoff), corrected);
    // And because somebody asks for it: the wrong file, the right ones, in order of landing.
    let all = ["reparse", "--source", "archive_player_games", "--from", "TODAY", "--to", "TODAY"];
    let foreseen = tipoff.run(&[&all[..], &["--dry-run", "--json"]].concat()).exits(0).json();
    let again = tipoff.run(&[&all[..], &["--json"]].concat()).exits(0).json();
    assert_eq!((&again["parsed"], &again["rows_written"]), (&2.into(), &0.into()), "{again}");
    assert_eq!(again["action"]["effect"], foreseen["effect"]);
    assert_eq!(actual(&tipoff), corrected);
}

#[test]
fn bets_on_games_that_were_moved_away_are_void() {
    let tipoff = Tipoff::with(&Archive::season().without_what_follows(tonight()));
    tipoff.on("run", tonight()).exits(0);
    let mut moved = Archive::season().without_what_follows(tonight());
    for row in moved.frame("games").rows.iter_mut().filter(|row| row.slate() == Some(tonight())) {
        row.set("game_date", tonight().plus_days(5));
        row.set("tipoff_utc", tonight().plus_days(5).at(19, 30));
    }
    let page = tipoff.published();
    tipoff.import(&moved).exits(0);
    // What was moved after the cutoff was not known at it: the page stays, to the byte.
    tipoff.on("run", tonight()).exits(0);
    crate::program::assert_same(&tipoff.published(), &page);
    let afterwards = Tipoff::with(&Archive::season().without_what_follows(tonight()));
    afterwards.import(&moved).exits(0);
    afterwards.on("run", tonight()).exits(0);
    crate::program::assert_same(&afterwards.published(), &page);
    let report = tipoff.on("grade", tonight()).exits(0).json();
    assert_eq!(report["state"], "done", "{report}");
    assert!(results(&tipoff).iter().all(|result| result["void_reason"] == "not_played"));
}

#[test]
fn a_record_that_nobody_can_have_stops_publication_until_it_begins_anew() {
    let (tipoff, _) = graded();
    let store = rusqlite::Connection::open(tipoff.data_dir().join("tipoff.db")).unwrap();
    let leaky = "UPDATE system_daily_performance SET wins = 1700, losses = 300 WHERE system = 'ensemble_v1'";
    assert_eq!(store.execute(leaky, []).unwrap(), 1);
    let next = *slates().iter().find(|slate| **slate > tonight()).unwrap();
    let refused = tipoff.on("run", next).exits(5).json();
    assert!(refused["reason"].as_str().unwrap().contains("ensemble_v1 won 85.0 % of 2000 bets"), "{refused}");
    let mended = [("TIPOFF_RECORDS_SINCE", next.to_string())];
    let mended: Vec<(&str, &str)> = mended.iter().map(|(name, day)| (*name, day.as_str())).collect();
    tipoff.run_with(&mended, &["run", "--date", &next.to_string()]).exits(0);
}
