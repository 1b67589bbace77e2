//! What an operator does by hand: held steps, retries, keys; and that each leaves an audit entry.

use crate::archive::tonight;
use crate::program::Tipoff;

#[test]
fn publication_is_halted_and_goes_on_by_hand() {
    let tipoff = Tipoff::with_season();
    let slate = tonight();
    let held = tipoff.run_with(&[("USER", "anna")], &["hold", "publish", "--why", "the lines look wrong", "--json"]);
    assert_eq!(held.exits(0).json()["effect"][0], "publish stands still: the lines look wrong");
    let promise = tipoff.on("sla", slate).exits(1).json();
    assert_eq!(promise["blocked"][0]["step"], "publish", "whatever it waits for besides: {promise}");
    let run = tipoff.on("run", slate).exits(3);
    assert!(!tipoff.published().contains_key("v1/tonight/all-players.json"), "{run:?}");
    let status = tipoff.on("status", slate).exits(3).json();
    let publish = status["cells"].as_array().unwrap().iter().find(|cell| cell["step"] == "publish").unwrap();
    let reason = publish["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("held by anna@command-line since ") && reason.contains("the lines look wrong"),
        "{publish}"
    );
    tipoff.run(&["release", "publish"]).exits(0);
    tipoff.on("run", slate).exits(0);
    assert!(tipoff.published().contains_key("v1/tonight/all-players.json"));

    let audit = tipoff.run(&["audit", "--json"]).exits(0).json();
    let entries = audit["entries"].as_array().unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry["action"].as_str().unwrap(), &entry["detail"])).collect();
    assert_eq!(told.iter().map(|(action, _)| *action).collect::<Vec<_>>(), ["release", "hold"]);
    assert_eq!(
        (entries[1]["actor"].as_str(), told[1].1.as_str()),
        (Some("anna@command-line"), Some("the lines look wrong"))
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let tipoff = Tipoff::with_season();
    let told = tipoff.run(&["hold", "--all", "--why", "x", "--dry-run"]).exits(0).out;
    assert!(told.contains("publish stands still: x") && told.contains("Nothing was changed"), "{told}");
    assert!(tipoff.run(&["release", "--all"]).exits(0).out.contains("Nothing changes"));
    tipoff.run(&["hold", "--why", "x"]).exits(2);
    tipoff.run(&["hold", "publsh", "--why", "x"]).exits(2);
}

#[test]
fn a_key_is_shown_once_and_its_name_given_once() {
    let tipoff = Tipoff::new();
    let key = tipoff.run(&["keys", "add", "anna", "--role", "operate"]).exits(0).out.trim().to_owned();
    assert!(key.starts_with("tipoff_") && key.len() == 7 + 64, "{key}");
    let database = std::fs::read(tipoff.data_dir().join("tipoff.db")).unwrap();
    let contains = |bytes: &[u8]| database.windows(bytes.len()).any(|window| window == bytes);
    assert!(!contains(key.as_bytes()), "it is kept as its hash alone");
    assert!(tipoff.run(&["keys", "add", "anna"]).exits(1).err.contains("was called \"anna\" before"));
    assert!(tipoff.run(&["keys", "add", "otto", "--role", "boss"]).exits(2).err.contains("there is no role"));
    tipoff.run(&["keys", "revoke", "anna"]).exits(0);
    assert!(tipoff.run(&["keys", "revoke", "anna"]).exits(1).err.contains("no key called \"anna\" opens anything"));
    let listed = tipoff.run(&["keys", "list", "--json"]).exits(0).json();
    assert_eq!(
        (listed["keys"][0]["role"].as_str(), listed["keys"][0]["revoked_at"].is_string()),
        (Some("operate"), true)
    );
}

#[test]
fn a_provider_is_held_and_let_go_by_hand_and_stands_so_in_the_list_of_sources() {
    let tipoff = Tipoff::with_season();
    let breaker = |tipoff: &Tipoff| {
        let report = tipoff.run(&["sources", "--json"]).exits(0).json();
        let providers = report["providers"].as_array().unwrap().iter();
        providers.clone().find(|provider| provider["provider"] == "odds_api").unwrap()["breaker"].clone()
    };
    let hold = ["hold", "--provider", "odds_api", "--why", "its quota is for the playoffs"];
    let foreseen = tipoff.run(&[&hold[..], &["--dry-run"]].concat()).exits(0).out;
    assert!(foreseen.contains("odds_api stands still: its quota is for the playoffs"), "{foreseen}");
    assert_eq!(breaker(&tipoff)["state"], "closed");
    tipoff.run_with(&[("USER", "anna")], &hold).exits(0);
    let held = breaker(&tipoff);
    assert_eq!((&held["state"], &held["by"]), (&"held".into(), &"anna@command-line".into()));
    assert!(tipoff.run(&["release", "--all"]).exits(0).out.contains("Nothing changes"), "those are steps");
    tipoff.run(&["release", "--provider", "odds_api"]).exits(0);
    assert_eq!(breaker(&tipoff)["state"], "closed");
    assert!(tipoff.run(&["hold", "--provider", "bookie", "--why", "x"]).exits(2).err.contains("prizepicks"));
}
