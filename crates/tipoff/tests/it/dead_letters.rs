//! `tipoff dlq`: what used up its attempts is listed, explained, replayed or dropped, and nothing else happens to it.

use serde_json::{Value, json};

use crate::archive::{Archive, slates, tonight};
use crate::program::Tipoff;

/// A season whose shot zones cannot be read.
pub(crate) fn with_damaged_shots() -> Tipoff {
    let tipoff = Tipoff::new();
    Archive::season().write(&tipoff.archive_dir());
    let path = tipoff.archive_dir().join("shot_zones.parquet");
    let mut bytes = std::fs::read(&path).unwrap();
    // The first page's header.
    bytes[4..40].fill(0xFF);
    std::fs::write(&path, bytes).unwrap();
    tipoff.run(&["import", "archive"]).exits(1);
    tipoff
}

/// What `tipoff dlq` says of its letters.
fn letters(tipoff: &Tipoff, arguments: &[&str]) -> Vec<Value> {
    let report = tipoff.run(&[&["dlq", "--json"], arguments].concat()).exits(0).json();
    report["letters"].as_array().unwrap().clone()
}

/// How many attempts at parsing shot zones there were.
fn attempts(tipoff: &Tipoff) -> usize {
    let history = tipoff.history();
    history.iter().filter(|attempt| attempt.key.partition.as_str().starts_with("payload archive_shot_zones")).count()
}

#[test]
fn a_payload_that_cannot_be_read_is_dead_after_one_attempt_and_explained() {
    let tipoff = with_damaged_shots();
    // Nobody tries again by himself: neither the clock nor a person who asks for something else.
    tipoff.on("run", tonight()).exits(0);
    let listed = letters(&tipoff, &["list"]);
    let [letter] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((&letter["step"], &letter["state"]), (&json!("process"), &json!("dead")));
    assert_eq!(letter["category"], "upstream_failure");
    assert!(letter["why"].as_str().unwrap().contains("cannot be decoded"), "{letter}");
    assert_eq!(letter["attempts"], json!([]));
    let shown = &letters(&tipoff, &["show", "--partition", "shot_zones"])[0];
    let [attempt] = shown["attempts"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!((&attempt["number"], &attempt["outcome"]), (&json!(1), &json!("failed")));
    assert_eq!(attempt["message"], letter["why"]);
    assert_eq!(attempts(&tipoff), 1);
    // Selections that are not it.
    for other in [["--step", "land"], ["--partition", "prop_lines"], ["--category", "timeout"]] {
        assert_eq!(letters(&tipoff, &[&["list"], &other[..]].concat()), [] as [Value; 0], "{other:?}");
    }
    let text = tipoff.run(&["dlq", "list"]).exits(0).out;
    assert!(text.contains("cannot be decoded") && text.contains("1 dead letters"), "{text}");
    tipoff.run(&["dlq", "list", "--category", "bad luck"]).exits(2);
}

#[test]
fn a_replay_is_rehearsed_or_makes_it_ready() {
    let tipoff = with_damaged_shots();
    let dead = letters(&tipoff, &["list"]);
    let rehearsed = tipoff.run(&["dlq", "replay", "--dry-run", "--json"]).exits(0).json();
    assert_eq!((&rehearsed["done"], &rehearsed["letters"]), (&json!("nothing: a dry run"), &json!(dead)));
    assert_eq!(letters(&tipoff, &["list"]), dead);
    assert_eq!(letters(&tipoff, &["replay"])[0]["state"], "ready");
    assert_eq!(letters(&tipoff, &["list"]), [] as [Value; 0]);
    // The same bytes come to the same end.
    tipoff.on("run", tonight()).exits(3);
    assert_eq!((letters(&tipoff, &["list"]).len(), attempts(&tipoff)), (1, 2));
}

#[test]
fn what_is_dropped_is_left_alone_for_the_reason_given() {
    let tipoff = with_damaged_shots();
    let why = ["--why", "nobody needs them"];
    assert_eq!(letters(&tipoff, &[&["drop", "--dry-run"], &why[..]].concat())[0]["state"], "dead");
    let dropped = &letters(&tipoff, &[&["drop"], &why[..]].concat())[0];
    assert_eq!((&dropped["state"], &dropped["why"]), (&json!("cancelled"), &json!("nobody needs them")));
    assert_eq!(letters(&tipoff, &["list"]), [] as [Value; 0]);
    tipoff.on("run", tonight()).exits(0);
    assert_eq!(attempts(&tipoff), 1);
    tipoff.run(&["dlq", "drop"]).exits(2);
}

#[test]
fn an_edition_that_is_dropped_stays_in_the_grid_with_the_reason() {
    let mut archive = Archive::season();
    let next = *slates().iter().find(|slate| **slate > tonight()).unwrap();
    archive.misprice(next);
    let tipoff = Tipoff::with(&archive);
    tipoff.on("run", next).exits(5);
    let letter = &letters(&tipoff, &["drop", "--step", "publish", "--why", "the lines are wrong"])[0];
    assert_eq!(letter["category"], Value::Null, "{letter}");
    let grid = tipoff.on("status", next).exits(3).json();
    let publish = grid["cells"].as_array().unwrap().iter().find(|cell| cell["step"] == "publish").unwrap();
    assert_eq!((&publish["state"], &publish["reason"]), (&json!("cancelled"), &json!("the lines are wrong")));
}
