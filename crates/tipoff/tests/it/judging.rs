//! What looks back at runs: `slowdown`, `runs`, `latency`.

use domain::GameDate;
use jiff::{SignedDuration, Timestamp};
use runtime::AttemptOutcome;
use serde_json::Value;

use crate::archive::tonight;
use crate::dead_letters::with_damaged_shots;
use crate::process::Rehearsal;
use crate::program::Tipoff;

fn names<'a>(rows: &'a Value, key: &str) -> Vec<&'a str> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap()).collect()
}

#[test]
fn every_step_that_ran_is_judged_in_the_order_of_the_flow() {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    let report = tipoff.run(&["slowdown", "--json"]).exits(0).json();
    assert_eq!((&report["schema_version"], &report["severity"]), (&Value::from(1), &Value::from("fine")));
    let steps = names(&report["steps"], "step");
    assert_eq!((steps[0], steps[1]), ("land", "process"));
    assert!(steps.iter().position(|step| *step == "forecast") < steps.iter().position(|step| *step == "publish"));
    let forecast = report["steps"].as_array().unwrap().iter().find(|step| step["step"] == "forecast").unwrap();
    assert!(forecast["limit_ms"].as_f64().unwrap() >= 60_000.0 && forecast["ms"]["at_work"].is_number(), "{forecast}");
    assert!(forecast["baseline"].is_null(), "one day of runs is no measure: {forecast}");
    let one = tipoff.run(&["slowdown", "--step", "forecast"]).exits(0);
    assert!(one.out.contains("forecast") && !one.out.contains("process"), "{}", one.out);
    let outcome = tipoff.run(&["slowdown", "--step", "forecasting"]).exits(2);
    assert!(outcome.err.contains("`tipoff registry` lists them"), "{}", outcome.err);
    let outcome = tipoff.run(&["slowdown", "--regressions", "month", "--json"]).exits(0).json();
    assert_eq!(outcome["steps"].as_array().unwrap().len(), 0, "no month is over yet: {outcome}");
    let in_two_months = ["--now", "2999-02-15T12:00:00Z", "slowdown", "--regressions", "week"];
    assert!(tipoff.run(&in_two_months).exits(0).out.contains("No step ran in either"));
}

#[test]
fn runs_are_listed_newest_first_with_what_came_of_them() {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    let report = tipoff.run(&["runs", "--limit", "3", "--json"]).exits(0).json();
    let ids: Vec<i64> =
        report["attempts"].as_array().unwrap().iter().map(|row| row["attempt"].as_i64().unwrap()).collect();
    assert!(ids.len() == 3 && ids.is_sorted_by(|one, other| one > other), "{ids:?}");
    let publish = tipoff.run(&["runs", "--step", "publish", "--json"]).exits(0).json();
    let row = &publish["attempts"][0];
    assert_eq!((&row["outcome"], &row["number"]), (&Value::from("done"), &Value::from(1)));
    assert_eq!(row["partition"], "edition 2024-12-11@2024-12-11T18:00:00Z");
    assert!(row["rows_written"].as_u64().unwrap() > 0 && row["ms"]["write"].as_f64().unwrap() > 0.0, "{row}");
    assert!(tipoff.run(&["runs", "--failed"]).exits(0).out.contains("No attempts."));
    assert!(tipoff.run(&["runs", "--since", "TOMORROW"]).exits(0).out.contains("No attempts."));
    let text = tipoff.run(&["runs", "--step", "publish"]).exits(0).out;
    assert!(text.contains("done") && text.contains("2024-12-11@"), "{text}");
}

#[test]
fn a_failed_run_is_listed_with_its_category_and_message() {
    let tipoff = Tipoff::new();
    crate::archive::Archive::season().write(&tipoff.archive_dir());
    let path = tipoff.archive_dir().join("shot_zones.parquet");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4..40].fill(0xFF);
    std::fs::write(&path, bytes).unwrap();
    tipoff.run(&["import", "archive"]).exits(1);
    let failed = tipoff.run(&["runs", "--failed", "--json"]).exits(0).json();
    assert_eq!(failed["attempts"].as_array().unwrap().len(), 1, "{failed}");
    let row = &failed["attempts"][0];
    assert_eq!(
        (&row["step"], &row["outcome"], &row["category"]),
        (&Value::from("process"), &Value::from("failed"), &Value::from("upstream_failure"))
    );
    assert!(row["message"].as_str().unwrap().contains("cannot be decoded"), "{row}");
    assert!(tipoff.run(&["runs", "--failed", "--step", "land"]).exits(0).out.contains("No attempts."));
}

#[test]
fn each_game_is_followed_from_its_end_to_its_published_grade() {
    let tipoff = Tipoff::new();
    let (season, slate) = (crate::archive::Archive::season(), tonight().to_string());
    let at = |now: &str, arguments: &[&str]| tipoff.run(&[&["--now", now, "--json"], arguments].concat());
    season.clone().without_what_follows(tonight()).write(&tipoff.archive_dir());
    at("2024-12-11T17:00:00Z", &["import", "archive"]).exits(0);
    at("2024-12-11T18:05:00Z", &["run", "--date", &slate]).exits(0);
    let span = ["latency", "--from", slate.as_str(), "--to", slate.as_str()];
    let before = at("2024-12-12T04:00:00Z", &span).exits(0).json();
    assert_eq!((&before["measured"], &before["without_result"]), (&Value::from(0), &Value::from(3)), "{before}");
    // The games are over at half past three, and what is known of them lands four and a half hours later.
    season.write(&tipoff.archive_dir());
    at("2024-12-12T08:00:00Z", &["import", "archive"]).exits(0);
    let waiting = at("2024-12-12T08:01:00Z", &span).exits(0).json();
    assert_eq!(waiting["games"][0]["verdict"], "waiting", "{waiting}");
    at("2024-12-12T08:05:00Z", &["run", "--date", "2024-12-13"]);
    at("2024-12-12T08:10:00Z", &["grade", "--date", &slate]).exits(0);
    let after = at("2024-12-12T12:00:00Z", &span).exits(0).json();
    assert_eq!((&after["measured"], &after["in_time"]), (&Value::from(3), &Value::from(3)), "{after}");
    assert_eq!(names(&after["phases"], "phase"), ["landed", "processed", "analysed", "graded", "published"]);
    // The clock goes on while the program works, so none of them is exact.
    let near = |row: &Value, minutes: i64| (row["median_seconds"].as_i64().unwrap() - 60 * minutes).abs() < 60;
    assert!(near(&after["phases"][0], 270) && near(&after["phases"][2], 5) && near(&after["total"], 280), "{after}");
    let text = tipoff.run(&[&["--now", "2024-12-12T12:00:00Z"][..], &span].concat()).exits(0).out;
    assert!(text.contains("3 measured, 3 with results within 6 h"), "{text}");
}

#[test]
fn what_was_imported_long_after_is_said_so_and_measured_by_nobody() {
    let tipoff = Tipoff::with_season();
    let span = ["latency", "--from", "2024-11-01", "--to", "2024-12-20"];
    let report = tipoff.run(&[&span[..], &["--json"]].concat()).exits(0).json();
    assert_eq!(report["measured"], 0, "{report}");
    assert!(report["imported_later"].as_u64().unwrap() > 90 && report["total"].is_null(), "{report}");
    assert!(tipoff.run(&span).exits(0).out.contains("were imported later and are left out."));
    let backwards = tipoff.run(&["latency", "--from", "TODAY", "--to", "YESTERDAY"]).exits(1);
    assert!(backwards.err.contains("lies after --to"), "{}", backwards.err);
}

#[test]
fn what_looks_back_is_timed_on_a_copy_with_as_many_attempts_more() {
    let tipoff = Tipoff::with_season();
    let before = tipoff.history();
    // What a killed run left.
    std::fs::create_dir(tipoff.data_dir().join("bench")).unwrap();
    std::fs::write(tipoff.data_dir().join("bench/tipoff.db-wal"), "half a frame").unwrap();
    let report = tipoff.run(&["bench", "history", "--attempts", "300", "--repetitions", "1", "--json"]).exits(0).json();
    assert_eq!(report["attempts"], 300);
    assert_eq!(
        names(&report["actions"], "step"),
        ["status", "slowdown", "doctor", "metrics", "runs", "runs --failed", "latency"]
    );
    assert!(!tipoff.data_dir().join("bench").exists());
    assert_eq!(tipoff.history(), before);
}

#[test]
fn serve_forgets_what_left_nothing_after_ninety_days_and_no_baseline() {
    let tipoff = with_damaged_shots();
    tipoff.on("run", tonight()).exits(0);
    let judged = || names(&tipoff.run(&["slowdown", "--json"]).exits(0).json()["steps"], "step").join(" ");
    let (made, of_all_steps) = (tipoff.history(), judged());
    let (done, left_nothing): (Vec<_>, Vec<_>) =
        made.iter().partition(|attempt| attempt.outcome == AttemptOutcome::Done);
    assert!(left_nothing.iter().any(|attempt| attempt.outcome.category().is_some()));
    for (days, is_kept) in [(89, true), (91, false)] {
        let day = GameDate::of(Timestamp::now()).plus_days(days);
        let before_five = Rehearsal::at(day.at(4, 59) + SignedDuration::from_secs(58));
        let mut serve = tipoff.start_at(&before_five, "serve");
        serve.hears(&["pruned"]);
        serve.stops();
        let history = tipoff.history();
        assert!(left_nothing.iter().all(|attempt| history.contains(attempt) == is_kept), "after {days} days");
        assert!(done.iter().all(|attempt| history.contains(attempt)), "after {days} days");
    }
    assert_eq!(judged(), of_all_steps);
}
