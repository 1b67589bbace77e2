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

/// What everybody's systems said in a market, by player and system, as the page has it.
fn said(page: &Value, market: &str) -> Vec<Value> {
    let all = |of: &Value, key: &str| of[key].as_array().unwrap().clone();
    let players = all(page, "games").into_iter().flat_map(|game| all(&game, "players"));
    players.flat_map(|player| all(&player, "systems")).filter(|row| row["market"] == market).collect()
}

#[test]
fn a_second_market_is_published_and_graded_beside_points_which_stay_as_they_are() {
    let (points_alone, _) = demo();
    let tipoff = Tipoff::new();
    tipoff.run_with(&[("TIPOFF_MARKETS", "points,rebounds")], &["demo", "--json"]).exits(0);
    let pages = [points_alone, &tipoff].map(|place| place.document("predictions/today.json"));
    assert_eq!(said(&pages[0], "points").len(), said(&pages[1], "points").len());
    for (alone, beside) in said(&pages[0], "points").iter().zip(&said(&pages[1], "points")) {
        assert_eq!(alone, beside);
    }
    assert_eq!(said(&pages[0], "rebounds"), Vec::<Value>::new());
    let rebounds = said(&pages[1], "rebounds");
    assert!(rebounds.iter().any(|row| row["system"] == "xgboost_v1"), "{} rows", rebounds.len());
    let means = rebounds.iter().map(|row| row["predicted"].as_f64().unwrap());
    assert!(means.clone().all(|mean| mean < 25.0) && means.sum::<f64>() > 100.0, "these are no rebounds");
    let results = tipoff.document("results/latest.json");
    let graded = |place: &Tipoff| place.document("results/latest.json")["systems"].clone();
    assert_eq!(graded(points_alone), results["systems"], "points are graded as they were");
    let record = &results["markets"]["rebounds"]["ensemble_v1"];
    assert!(record["predictions"].as_u64().unwrap() > 20, "{record}");
    assert!(record["mae"].as_f64().unwrap() < 4.0, "{record}");
    let board = tipoff.document("systems/performance.json");
    assert_eq!(board["markets"]["rebounds"]["ensemble_v1"]["season"]["mae"], record["mae"]);
    let shown = tipoff.run(&["tonight", "--market", "rebounds", "--all", "--json"]).exits(0).json();
    assert_eq!((shown["market"].as_str(), shown["picks"].as_array().unwrap().is_empty()), (Some("rebounds"), false));
    let why = tipoff.run(&["why", shown["picks"][0]["id"].as_str().unwrap()]).exits(0).out;
    assert!(why.contains(", rebounds of "), "{why}");
}

#[test]
fn real_data_does_not_get_into_a_simulated_league() {
    let (tipoff, _) = demo();
    let copy = tipoff.copied();
    let outcome = copy.import(&crate::archive::Archive::season()).exits(1);
    assert!(outcome.err.contains("must not be mixed"), "{}", outcome.err);
}
