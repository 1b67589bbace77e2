//! What looks back at runs: `slowdown`, `runs`, `latency`.

use serde_json::Value;

use crate::archive::tonight;
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
