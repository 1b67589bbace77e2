//! What people and scripts look with: `tonight`, `status`, `why`, help, and exit codes.

use serde_json::Value;

use crate::archive::tonight;
use crate::program::Tipoff;

const COMMANDS: [&str; 21] = [
    "demo",
    "import",
    "run",
    "tonight",
    "why",
    "grade",
    "status",
    "train",
    "models",
    "calibrate",
    "consolidate",
    "registry",
    "bench",
    "slowdown",
    "runs",
    "latency",
    "alerts",
    "doctor",
    "odds",
    "features",
    "replica",
];

#[test]
fn every_command_explains_itself_with_an_example() {
    let tipoff = Tipoff::new();
    let help = tipoff.run(&["--help"]).exits(0);
    for command in COMMANDS {
        assert!(help.out.contains(command), "{command} is not listed");
        let own = tipoff.run(&[command, "--help"]).exits(0);
        assert!(own.out.contains("Example"), "{command} has no example");
    }
}

#[test]
fn wrong_usage_is_two_and_says_what_is_meant() {
    let tipoff = Tipoff::new();
    let outcome = tipoff.run(&["statu"]).exits(2);
    assert!(outcome.err.contains("'status'"), "{}", outcome.err);
    let outcome = tipoff.run(&["run", "--date", "someday"]).exits(2);
    assert!(outcome.err.contains("TODAY, TOMORROW, YESTERDAY"), "{}", outcome.err);
    let outcome = tipoff.run(&["run", "--as-of", "noon"]).exits(2);
    assert!(outcome.err.contains("2025-01-15T13:00-05:00"), "{}", outcome.err);
}

#[test]
fn looking_where_nothing_is_says_how_to_begin_and_creates_nothing() {
    let tipoff = Tipoff::new();
    for arguments in [&["tonight"][..], &["status"], &["why", "0123"]] {
        let outcome = tipoff.run(arguments).exits(1);
        assert!(outcome.err.contains("run `tipoff demo` or `tipoff import DIR` first"), "{}", outcome.err);
    }
    assert!(!tipoff.data_dir().exists());
}

#[test]
fn nobody_predicts_with_knowledge_of_the_future() {
    let tipoff = Tipoff::with_season();
    let outcome = tipoff.run(&["run", "--date", "2024-12-11", "--as-of", "2999-01-01T00:00Z"]).exits(1);
    assert!(outcome.err.contains("lies in the future"), "{}", outcome.err);
}

#[test]
fn a_published_number_leads_back_to_the_bytes() {
    let tipoff = Tipoff::with_season();
    tipoff.on("run", tonight()).exits(0);
    tipoff.on("grade", tonight()).exits(0);
    let page = tipoff.on("tonight", tonight()).exits(0).json();
    let id = page["picks"][0]["id"].as_str().unwrap();
    let why = tipoff.run(&["why", id, "--json"]).exits(0).json();
    crate::archive::Archive::season().write(&tipoff.archive_dir());
    let hash = |file: &str| {
        let body = std::fs::read(tipoff.archive_dir().join(file)).unwrap().into();
        let fetched_at = tonight().at(0, 0);
        pipeline::RawPayload { source: String::new(), subject: String::new(), fetched_at, etag: None, body }
            .hash()
            .to_string()
    };
    assert_eq!(why["games"][0]["raw"]["hash"], hash("player_games.parquet"));
    assert_eq!(why["quote"]["raw"]["hash"], hash("prop_lines.parquet"));
    assert_eq!(why["features"].as_array().unwrap().len(), 33);
    assert!(why["grade"]["verdict"].is_string());
    let law: f64 = why["law"].as_array().unwrap().iter().map(|mass| mass.as_f64().unwrap()).sum();
    assert!((law - 1.0).abs() < 1e-9, "{law}");
    let steps: Vec<&str> = why["chain"].as_array().unwrap().iter().map(|link| link["step"].as_str().unwrap()).collect();
    assert_eq!(steps[0], "consolidate");
    for step in ["forecast", "ml_feature_store", "upcoming_player_game_context", "upcoming_team_game_context"] {
        assert!(steps.contains(&step), "{step} is not in {steps:?}");
    }
}

#[test]
fn an_id_that_is_none_is_refused_and_one_unknown_is_said_to_be() {
    let tipoff = Tipoff::with_season();
    let outcome = tipoff.run(&["why", "xyz"]).exits(1);
    assert!(outcome.err.contains("sixteen hexadecimal digits"), "{}", outcome.err);
    let outcome = tipoff.run(&["why", "0123456789ab"]).exits(1);
    assert!(outcome.err.contains("no prediction is named"), "{}", outcome.err);
}

#[test]
fn the_grid_tells_what_is_missing_and_why_before_and_after() {
    let tipoff = Tipoff::with_season();
    let before = tipoff.on("status", tonight()).exits(3).json();
    let cell = |report: &Value, step: &str| {
        let cells = report["cells"].as_array().unwrap().clone();
        cells.into_iter().find(|cell| cell["step"] == step).unwrap()
    };
    assert_eq!(cell(&before, "publish")["state"], "not_yet");
    assert!(cell(&before, "publish")["reason"].as_str().unwrap().contains("player_game_summary"), "{before}");
    assert!(before["due_before"].as_u64().unwrap() > 50, "{before}");
    tipoff.on("run", tonight()).exits(0);
    let after = tipoff.on("status", tonight()).exits(0).json();
    assert_eq!(after["due_before"], 0, "{after}");
    assert_eq!(cell(&after, "publish")["state"], "done");
    assert_eq!(cell(&after, "train_models")["state"], "empty_ok");
    assert!(cell(&after, "train_models")["reason"].as_str().unwrap().contains("a model takes 5000"));
    assert_eq!(after["facts"]["box_score"], 54);
    // The slate's own summaries wait for nothing but the next run.
    assert_eq!(cell(&after, "player_game_summary")["state"], "done");
    tipoff.on("grade", tonight()).exits(0);
    assert_eq!(cell(&tipoff.on("status", tonight()).json(), "publish_results")["state"], "done");
}

#[test]
fn consolidating_by_hand_needs_forecasts_and_then_changes_nothing() {
    let tipoff = Tipoff::with_season();
    tipoff.on("consolidate", tonight()).exits(3);
    tipoff.on("run", tonight()).exits(0);
    let files = tipoff.published();
    tipoff.on("consolidate", tonight()).exits(0);
    crate::program::assert_same(&tipoff.published(), &files);
}
