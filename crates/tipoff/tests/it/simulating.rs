//! `tipoff simulate`: the same seed, the same answer, and nothing of anybody's data is touched.

use crate::program::Tipoff;

#[test]
fn a_seed_decides_everything_and_every_rule_holds() {
    let tipoff = Tipoff::new();
    let simulate = |seed: &str| tipoff.run(&["simulate", "--hours", "12", "--seed", seed, "--json"]).exits(0).json();
    let [first, again, other] = ["3", "3", "4"].map(simulate);
    let told = ["trace_hash", "events", "attempts", "faults", "outcomes", "noticed", "violation"];
    for name in told {
        assert_eq!(first[name], again[name], "{name}");
    }
    assert_ne!(first["trace_hash"], other["trace_hash"]);
    assert!(first["violation"].is_null() && first["attempts"].as_u64() > Some(40), "{first}");
    assert!(!tipoff.data_dir().exists(), "it keeps nothing");
}

#[test]
fn a_simulation_is_told_in_words() {
    let tipoff = Tipoff::new();
    let told = tipoff.run(&["simulate", "--hours", "6", "--faults", "crash", "--workers", "3"]).exits(0).out;
    assert!(told.starts_with("6 hours, 3 workers, seed 1, faults: crash. "), "{told}");
    assert!(told.contains("\ncrash ") && told.ends_with("\nEvery rule held.\n"), "{told}");
}

#[test]
fn a_storm_is_compared_with_a_calm_day() {
    let tipoff = Tipoff::new();
    let compared = tipoff.run(&["simulate", "--storm", "--json"]).exits(0).json();
    assert!(compared["ratio"].as_f64().unwrap() <= compared["at_most"].as_f64().unwrap(), "{compared}");
    let told = tipoff.run(&["simulate", "--storm"]).exits(0).out;
    assert!(told.starts_with("A calm day: 91 attempts. The storm: "), "{told}");
}

#[test]
fn a_season_tells_which_alerts_were_worth_heeding() {
    let tipoff = Tipoff::new();
    let season = tipoff.run(&["simulate", "--season", "--slates", "3", "--seed", "7", "--json"]).exits(0).json();
    assert_eq!(season["slates"], 3);
    assert!(season["share"].as_f64().unwrap() >= season["share_at_least"].as_f64().unwrap(), "{season}");
    assert!(season["troubles"]["files"].as_u64().unwrap() >= 12, "{season}");
    assert!(!tipoff.data_dir().exists(), "it keeps nothing");
}

#[test]
fn a_fault_that_does_not_exist_is_wrong_usage() {
    let refused = Tipoff::new().run(&["simulate", "--faults", "crash,flood"]).exits(2).err;
    assert!(refused.contains("there is no fault \"flood\""), "{refused}");
    Tipoff::new().run(&["simulate", "--storm", "--hours", "3"]).exits(2);
}
