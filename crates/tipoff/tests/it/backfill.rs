//! `tipoff backfill`: past slates, one after the other, however often it is interrupted.

use serde_json::{Value, json};

use crate::archive::{slates, tonight};
use crate::program::{Tipoff, assert_same};

/// Tonight and the two slates before it.
fn three() -> [String; 3] {
    let until = slates().iter().position(|slate| *slate == tonight()).unwrap();
    [until - 2, until - 1, until].map(|index| slates()[index].to_string())
}

fn backfill(tipoff: &Tipoff) -> Vec<Value> {
    let [from, _, to] = three();
    let report = tipoff.run(&["backfill", "--from", &from, "--to", &to, "--json"]).exits(0).json();
    report["slates"].as_array().unwrap().clone()
}

#[test]
fn every_slate_is_published_and_graded_and_a_second_time_nothing_is_attempted() {
    let tipoff = Tipoff::with_season();
    let first = backfill(&tipoff);
    assert_eq!(first.iter().map(|slate| slate["date"].as_str().unwrap()).collect::<Vec<_>>(), three());
    for slate in &first {
        assert_eq!((&slate["published"], &slate["results"]), (&json!("done"), &json!("done")), "{slate}");
        assert!(slate["attempts"].as_u64().unwrap() >= 13, "ten steps and three of grading: {slate}");
    }
    let files = tipoff.published();
    for date in three() {
        assert!(files.contains_key(&format!("v1/predictions/{date}.json")), "{date}");
        assert!(files.contains_key(&format!("v1/results/{date}.json")), "{date}");
    }
    assert!(backfill(&tipoff).iter().all(|slate| slate["attempts"] == 0));
    assert_same(&tipoff.published(), &files);
}

#[test]
fn a_backfill_that_was_killed_goes_on_where_it_was() {
    let (tipoff, calm) = (Tipoff::with_season(), Tipoff::with_season());
    backfill(&calm);
    let [from, middle, to] = three();
    let mut killed = tipoff.start(&["backfill", "--from", &from, "--to", &to]);
    killed.hears(&["HEARTBEAT START", "consolidate edition", &middle]);
    killed.kill();
    let attempts: Vec<u64> = backfill(&tipoff).iter().map(|slate| slate["attempts"].as_u64().unwrap()).collect();
    assert!(attempts[0] == 0 && attempts[1] < attempts[2], "{attempts:?}");
    assert_same(&tipoff.published(), &calm.published());
}

#[test]
fn a_range_without_games_is_refused() {
    let tipoff = Tipoff::with_season();
    let outcome = tipoff.run(&["backfill", "--from", "2031-01-01", "--to", "2031-02-01"]).exits(1);
    assert!(outcome.err.contains("no games are known"), "{}", outcome.err);
    let outcome = tipoff.run(&["backfill", "--from", "2024-12-11", "--to", "2024-12-10"]).exits(1);
    assert!(outcome.err.contains("is after"), "{}", outcome.err);
}
