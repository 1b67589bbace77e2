//! What a number is worth and why: `models`, `calibrate`, reasons, and the worth that documents carry.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::archive::{Archive, tonight};
use crate::program::Tipoff;

/// A season long enough for trees, tonight published; made once.
fn long_season() -> Tipoff {
    static SEASON: OnceLock<Tipoff> = OnceLock::new();
    let made = || {
        let tipoff = Tipoff::with(&Archive::long_season());
        tipoff.on("run", tonight()).exits(0);
        tipoff
    };
    let tipoff = SEASON.get_or_init(made).copied();
    // Nothing is left to do but to write the copy's files.
    tipoff.on("run", tonight()).exits(0);
    tipoff
}

fn numbers<'a>(rows: &'a Value, name: &'a str) -> impl Iterator<Item = f64> + 'a {
    rows.as_array().unwrap().iter().filter_map(move |row| row[name].as_f64())
}

/// Every system's predictions of the slate, from the document.
fn predictions(tipoff: &Tipoff) -> Vec<Value> {
    let document = tipoff.document("predictions/today.json");
    let games = document["games"].as_array().unwrap();
    let players = games.iter().flat_map(|game| game["players"].as_array().unwrap());
    players.flat_map(|player| player["systems"].as_array().unwrap().clone()).collect()
}

#[test]
fn the_models_of_a_month_tell_what_they_rest_on() {
    let tipoff = long_season();
    let report = tipoff.on("models", tonight()).exits(0).json();
    assert_eq!(report["month"], "2024-12-01");
    let models = report["models"].as_array().unwrap();
    assert_eq!(models.len(), 6, "one a system: {report}");
    for model in models {
        assert_eq!(model["trained_through"], "2024-12-01T00:00:00-05:00");
        assert_eq!(model["card"]["data_fingerprint"], models[0]["card"]["data_fingerprint"]);
        assert_eq!(model["card"]["schema_hash"].as_str().unwrap().len(), 64);
        assert!(model["training_rows"].as_u64().unwrap() >= 5_000, "{model}");
    }
    let trained = tipoff.on("train", tonight()).exits(0).json();
    assert_eq!(trained["models"], report["models"], "training shows the same");
    let text = tipoff.run(&["models", "--date", &tonight().to_string()]).exits(0).out;
    assert!(
        text.contains("Trained on the inputs v1_inputs (") && text.contains("of the ensemble is xgboost_v1"),
        "{text}"
    );
}

#[test]
fn a_month_without_models_is_said_to_have_none() {
    let tipoff = Tipoff::with_season();
    let outcome = tipoff.run(&["models", "--date", "2024-12-11"]).exits(3);
    assert!(outcome.err.contains("`tipoff train --date 2024-12-01` trains them"), "{}", outcome.err);
}

#[test]
fn calibration_waits_for_grades_and_then_counts_every_line_once() {
    let tipoff = long_season();
    let before = tipoff.on("calibrate", tonight()).exits(3);
    assert!(before.err.contains("is graded yet"), "{}", before.err);
    tipoff.on("grade", tonight()).exits(0);
    let report = tipoff.on("calibrate", tonight()).exits(0).json();
    assert_eq!(report["nights"], 1);
    assert!(numbers(&report["shrinks"], "law").count() >= 5, "{report}");
    let results = tipoff.document(&format!("results/{}.json", tonight()));
    let settled = |row: &&Value| {
        let (actual, line) = (row["actual"].as_f64(), row["line"].as_f64());
        actual.is_some() && line.is_some() && actual != line
    };
    let lines = results["results"].as_array().unwrap().iter().filter(settled).count();
    assert_eq!(numbers(&report["reliability"], "n").sum::<f64>(), lines as f64, "{report}");
    let cover = report["cover_80"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&cover));
    // Everybody who played counts for the cover, with a line or without.
    let of_ensemble = tipoff
        .run(&["calibrate", "--date", &tonight().to_string(), "--system", "ensemble_v1", "--json"])
        .exits(0)
        .json();
    let played = results["results"].as_array().unwrap().iter().filter(|row| !row["actual"].is_null()).count();
    assert_eq!(of_ensemble["laws"], json!(played));
    let text = tipoff.run(&["calibrate", "--date", &tonight().to_string()]).exits(0).out;
    assert!(text.contains("beside a price the law counts for") && text.contains("The 80 % interval held"), "{text}");
}

#[test]
fn reasons_add_up_to_what_the_trees_said() {
    let tipoff = long_season();
    let trees = predictions(&tipoff).into_iter().find(|prediction| prediction["system"] == "xgboost_v1").unwrap();
    let why = tipoff.run(&["why", trees["id"].as_str().unwrap(), "--json"]).exits(0).json();
    let reasons = &why["reasons"];
    assert_eq!(reasons["inputs"].as_array().unwrap().len(), 8, "{why}");
    let sizes: Vec<f64> = numbers(&reasons["inputs"], "adds").map(f64::abs).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    let number = |name: &str| reasons[name].as_f64().unwrap();
    let sum = number("average") + number("others") + numbers(&reasons["inputs"], "adds").sum::<f64>();
    assert!((sum - number("mean")).abs() < 1e-6, "{reasons}");
    // The law adds what earlier misses taught, which moves the mean by little.
    let said = why["predicted"].as_f64().unwrap();
    assert!((said - number("mean")).abs() < 2.0, "{said} is not {}", number("mean"));
    let systems: Vec<&str> =
        why["systems"].as_array().unwrap().iter().map(|one| one["system"].as_str().unwrap()).collect();
    assert!(systems.contains(&"ensemble_v1") && systems.contains(&"market_blend_v1"), "{systems:?}");
    assert!(why["shrink"]["price"].is_f64(), "{why}");
    let text = tipoff.run(&["why", trees["id"].as_str().unwrap()]).exits(0).out;
    assert!(text.contains("Reasons of the trees") && text.contains("all others"), "{text}");
}

#[test]
fn published_numbers_carry_spread_fair_odds_edge_and_stake() {
    let tipoff = long_season();
    let predictions = predictions(&tipoff);
    for prediction in &predictions {
        assert_eq!(prediction["saw_market"], prediction["system"] == "market_blend_v1");
        let quantile = |name: &str| prediction[name].as_u64().unwrap();
        assert!(quantile("quantile_10") <= quantile("quantile_50"), "{prediction}");
        assert!(quantile("quantile_50") <= quantile("quantile_90"), "{prediction}");
        assert_eq!(prediction["quantile_50"], prediction["median"]);
        if let (Some(over), Some(fair)) = (prediction["p_over"].as_f64(), prediction["fair_over_odds"].as_f64()) {
            assert!((over * fair - 1.0).abs() < 5e-3, "{prediction}");
        }
        let bet = prediction["recommendation"] != "PASS";
        assert_eq!(prediction["stake"].is_f64(), bet, "{prediction}");
        assert!(!bet || prediction["probability_edge"].as_f64().unwrap() >= 0.02 - 1e-3, "{prediction}");
    }
    assert!(predictions.iter().any(|prediction| prediction["saw_market"] == true));
    let page = tipoff.document("tonight/all-players.json");
    let headline = &page["games"][0]["players"][0]["prediction"];
    assert_eq!((&headline["system"], &headline["saw_market"]), (&json!("ensemble_v1"), &json!(false)));
    assert!(headline["quantile_10"].is_u64() && headline["fair_under_odds"].is_f64(), "{headline}");
}

/// The ids of the bets that a list of picks or players recommends.
fn recommended<'a>(rows: impl Iterator<Item = &'a Value>, id: &str) -> BTreeSet<String> {
    rows.filter(|row| row["recommendation"] != "PASS").map(|row| row[id].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_surface_shows_the_bets_of_the_best_bets() {
    let tipoff = long_season();
    let all = predictions(&tipoff);
    let all = recommended(all.iter().filter(|prediction| prediction["system"] == "market_blend_v1"), "id");
    assert!(!all.is_empty());
    let best = tipoff.document("best-bets/latest.json");
    let best = recommended(best["picks"].as_array().unwrap().iter(), "id");
    assert!(best.is_subset(&all) && best.len() == all.len().min(25), "{best:?}");
    let page = tipoff.document("tonight/all-players.json");
    let players = page["games"].as_array().unwrap().iter().flat_map(|game| game["players"].as_array().unwrap());
    let headlines = players.map(|player| &player["prediction"]).filter(|prediction| !prediction.is_null());
    assert_eq!(recommended(headlines, "bet_id"), all, "the page");
    let shown = tipoff.run(&["tonight", "--date", &tonight().to_string(), "--json"]).exits(0).json();
    assert_eq!(recommended(shown["picks"].as_array().unwrap().iter(), "bet_id"), all, "the command");
    assert_eq!((&shown["system"], &shown["bets"]), (&json!("ensemble_v1"), &json!("best_bets")));
    let breakdown = &tipoff.document("predictions/today.json")["recommendation_breakdown"];
    let counted = breakdown["over"].as_u64().unwrap() + breakdown["under"].as_u64().unwrap();
    assert_eq!(counted as usize, all.len(), "{breakdown}");
}

#[test]
fn best_bets_are_those_of_the_system_that_sees_the_market() {
    let tipoff = long_season();
    let bets = tipoff.document("best-bets/latest.json");
    let seen: BTreeMap<String, Value> = predictions(&tipoff)
        .into_iter()
        .filter(|prediction| prediction["saw_market"] == true && prediction["recommendation"] != "PASS")
        .map(|prediction| (prediction["id"].to_string(), prediction))
        .collect();
    let picks = bets["picks"].as_array().unwrap();
    assert_eq!(picks.len(), seen.len().min(25), "the archive has more prices worth a bet than are shown");
    for pick in picks {
        let prediction = &seen[&pick["id"].to_string()];
        assert_eq!((&pick["system"], &pick["saw_market"]), (&json!("market_blend_v1"), &json!(true)));
        assert_eq!(pick["stake"], prediction["stake"], "a stake is the same in every document");
    }
    let values: Vec<f64> = numbers(&bets["picks"], "expected_value").collect();
    assert!(values.is_sorted_by(|a, b| a >= b), "{values:?}");
    let stakes: f64 = numbers(&bets["picks"], "stake").sum();
    assert!(stakes > 0.0 && stakes <= 0.2 + 1e-3, "{stakes}");
    let shown = tipoff.run(&["tonight", "--date", &tonight().to_string(), "--system", "market_blend_v1", "--json"]);
    let shown = shown.exits(0).json();
    assert_eq!(shown["picks"][0]["id"], bets["picks"][0]["id"], "the command and the document agree on the best");
    assert!((shown["picks"][0]["stake"].as_f64().unwrap() - bets["picks"][0]["stake"].as_f64().unwrap()).abs() < 1e-5);
    let text = tipoff.run(&["tonight", "--date", &tonight().to_string()]).exits(0).out;
    for heading in ["median", "80 %", "fair", "edge", "stake"] {
        assert!(text.contains(heading), "{heading} is not in\n{text}");
    }
}
