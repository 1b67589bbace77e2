//! The doctor over real stores: healthy ones, held ones, broken ones.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::archive::tonight;
use crate::program::{Outcome, Tipoff};

/// Severity of each check.
fn verdicts(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    report["checks"].as_array().unwrap().iter().map(|row| (text(&row["check"]), text(&row["severity"]))).collect()
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let found = report["checks"].as_array().unwrap().iter().find(|row| row["check"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {report}"))
}

/// The code follows from the worst verdict.
fn examined(outcome: &Outcome) -> Value {
    let report = outcome.json();
    let code = match report["severity"].as_str().unwrap() {
        "fine" => 0,
        "warning" => 3,
        _ => 1,
    };
    assert_eq!(outcome.code, code, "{report}");
    report
}

fn beside(tipoff: &Tipoff) -> Connection {
    Connection::open(tipoff.data_dir().join("tipoff.db")).unwrap()
}

#[test]
fn a_healthy_store_is_examined_in_every_respect_and_left_as_it_was() {
    let tipoff = Tipoff::with_season();
    let before = tipoff.history();
    let report = examined(&tipoff.run(&["doctor", "--json"]));
    // How much room there is, is up to whoever runs the tests.
    let verdicts: Vec<_> = verdicts(&report).into_iter().filter(|(name, _)| name != "disk").collect();
    let expected = [
        ("store", "fine"),
        ("ledger", "fine"),
        ("attempts", "fine"),
        ("dead_letters", "fine"),
        ("page", "fine"),
        ("features", "fine"),
        ("payloads", "fine"),
        ("clock", "fine"),
        ("schedules", "fine"),
        ("routes", "warning"),
    ];
    assert_eq!(verdicts, expected.map(|(name, severity)| (name.to_owned(), severity.to_owned())));
    assert!(check(&report, "disk")["message"].as_str().unwrap().contains("GB free"), "{report}");
    tipoff.run(&["alerts", "test"]).exits(0);
    let proven = examined(&tipoff.run(&["doctor", "--json"]));
    assert_eq!(check(&proven, "routes")["severity"], "fine", "{proven}");
    assert_eq!(tipoff.history(), before, "it closes and tries nothing");
    let text = tipoff.run(&["doctor", "ledger"]).exits(0).out;
    assert!(text.contains("every rule is kept") && !text.contains("disk"), "{text}");
}

#[test]
fn a_page_that_is_not_there_at_tip_off_is_critical() {
    let tipoff = Tipoff::with_season();
    // Half past eight in the evening in New York.
    let at = ["--now", "2024-12-12T01:30:00Z", "doctor", "--json"];
    let report = examined(&tipoff.run(&at));
    let page = check(&report, "page");
    assert_eq!(page["severity"], "critical", "{report}");
    assert!(page["message"].as_str().unwrap().contains("2024-12-11 was due at 2024-12-11T13:00:00-05:00"), "{page}");
    assert_eq!(check(&report, "clock")["severity"], "critical", "the archive was imported in what is the future then");
    tipoff.on("run", tonight()).exits(0);
    assert_eq!(check(&examined(&tipoff.run(&at)), "page")["severity"], "fine");
}

#[test]
fn a_ledger_whose_rules_are_broken_is_critical() {
    let tipoff = Tipoff::with_season();
    beside(&tipoff).execute("UPDATE attempt SET ended_at = started_at - 1 WHERE attempt_id = 1", []).unwrap();
    let report = examined(&tipoff.run(&["doctor", "ledger", "--json"]));
    assert_eq!(check(&report, "ledger")["severity"], "critical", "{report}");
    assert_eq!(check(&report, "ledger")["message"], "1 rows break: an attempt ends after it started");
}

#[test]
fn a_store_that_somebody_else_holds_is_told_without_waiting_for_him() {
    let tipoff = Tipoff::with_season();
    let holder = beside(&tipoff);
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asked = Instant::now();
    let report = examined(&tipoff.run(&["doctor", "--json"]));
    // A busy machine may take its time, but not the minute for which a writer waits.
    assert!(asked.elapsed() < Duration::from_secs(30), "{:?}", asked.elapsed());
    assert_eq!(check(&report, "store")["severity"], "warning", "{report}");
    assert_eq!(check(&report, "ledger")["severity"], "fine", "readers are not held up: {report}");
    holder.execute_batch("ROLLBACK").unwrap();
}
