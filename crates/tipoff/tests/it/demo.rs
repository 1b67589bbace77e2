//! The demo: what a newcomer runs first.

use serde_json::Value;

use crate::program::{Tipoff, assert_same};

/// One demo serves all tests: it plays a season.
fn demo() -> &'static (Tipoff, Value) {
    static DEMO: std::sync::OnceLock<(Tipoff, Value)> = std::sync::OnceLock::new();
    DEMO.get_or_init(|| {
        let tipoff = Tipoff::new();
        let report = tipoff.run(&["demo", "--json"]).exits(0).json();
        (tipoff, report)
    })
}

#[test]
fn a_newcomer_sees_a_night_predicted_published_and_graded() {
    let (tipoff, report) = demo();
    assert_eq!(report["state"], "done");
    let files = tipoff.published();
    let date = report["date"].as_str().unwrap();
    for file in
        ["tonight/all-players", "predictions/today", "best-bets/latest", "results/latest", "systems/performance"]
    {
        assert!(files.contains_key(&format!("v1/{file}.json")), "{file} is not among {:?}", files.keys());
    }
    assert_eq!(tipoff.document("tonight/all-players.json")["game_date"], date);
    assert_eq!(tipoff.document("results/latest.json")["game_date"], date);
}

#[test]
fn line_ups_are_told_before_each_tipoff_and_every_game_is_predicted_anew() {
    let (tipoff, report) = demo();
    let late = report["late_editions"].as_array().unwrap();
    assert!(!late.is_empty(), "{report}");
    let page = tipoff.document("predictions/today.json");
    for game in page["games"].as_array().unwrap() {
        assert_eq!(game["line_ups_known"], true);
        let players = game["players"].as_array().unwrap();
        assert_eq!(players.iter().filter(|player| player["line_up"] == "starts").count(), 10);
        let starter = players.iter().find(|player| player["line_up"] == "starts").unwrap();
        let systems: Vec<&str> =
            starter["systems"].as_array().unwrap().iter().map(|system| system["system"].as_str().unwrap()).collect();
        assert!(systems.contains(&"xgboost_v1"), "the late models answer: {starter}");
    }
}

#[test]
fn all_five_systems_answer_and_none_is_better_than_the_truth_allows() {
    let (_, report) = demo();
    let accuracy = report["accuracy"].as_array().unwrap();
    let error_of = |who: &str| {
        let row = accuracy.iter().find(|row| row["who"] == who).unwrap_or_else(|| panic!("{who} is missing"));
        assert!(row["players"].as_u64().unwrap() > 20, "{row}");
        row["mean_absolute_error"].as_f64().unwrap()
    };
    let truth = error_of("the league's own truth");
    for system in ["moving_average", "zone_matchup_v1", "similarity_balanced_v1", "xgboost_v1", "ensemble_v1"] {
        // A leak would show as an error far below what knowing every true rate leaves.
        let error = error_of(system);
        assert!((0.9 * truth..1.4 * truth).contains(&error), "{system}: {error}, the truth itself: {truth}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (first, _) = demo();
    let second = Tipoff::new();
    second.run(&["demo", "--json"]).exits(0);
    assert_same(&first.published(), &second.published());
}

#[test]
fn real_data_does_not_get_into_a_simulated_league() {
    let (tipoff, _) = demo();
    let copy = tipoff.copied();
    let outcome = copy.import(&crate::archive::Archive::season()).exits(1);
    assert!(outcome.err.contains("must not be mixed"), "{}", outcome.err);
}
