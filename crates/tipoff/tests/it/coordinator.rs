//! The original coordinator's routes: whoever called it before calls it still.

use serde_json::Value;

use crate::archive::{slates, tonight};
use crate::external::Served;
use crate::program::Tipoff;

#[test]
fn a_slate_is_started_followed_and_started_again_for_nothing() {
    let tipoff = Tipoff::with_season();
    let mut served = Served::at(&tipoff, 9, 0);
    let slate = slates().into_iter().filter(|slate| *slate < tonight()).max().unwrap();
    let start = format!(r#"{{"game_date": "{slate}", "correlation_id": "night-1", "min_minutes": 15}}"#);
    let (status, started) = served.asks("POST", "/start", &start);
    assert_eq!((status, &started["status"]), (202, &Value::from("started")), "{started}");
    let batch = started["batch_id"].as_str().unwrap().to_owned();
    assert!(batch.starts_with(&format!("batch_{slate}_")) && started["published"].as_u64() > Some(0), "{started}");
    let ignored = started["ignored"].as_array().unwrap();
    assert_eq!((ignored.len(), &ignored[0]["field"]), (1, &Value::from("min_minutes")), "{started}");
    assert_eq!(started["monitor_url"], format!("/status?batch_id={batch}"));

    let mut followed = || {
        let (status, told) = served.asks("GET", &format!("/status?batch_id={batch}"), "");
        assert_eq!((status, told["batch_id"].as_str()), (200, Some(batch.as_str())), "{told}");
        if told["status"] != "complete" {
            assert_eq!(told["status"], "in_progress");
            served.process.hears(&["HEARTBEAT END"]);
        }
        told
    };
    let mut told = followed();
    while told["status"] != "complete" {
        told = followed();
    }
    let progress = &told["progress"];
    assert_eq!((&progress["expected"], &progress["remaining"]), (&progress["completed"], &Value::from(0)), "{told}");
    assert_eq!((progress["is_complete"].as_bool(), told["is_stalled"].as_bool()), (Some(true), Some(false)));

    let (status, again) = served.asks("POST", "/start", &start);
    assert_eq!((status, &again["published"]), (202, &Value::from(0)), "{again}");
    let audit = tipoff.run(&["audit", "--json"]).exits(0).json();
    assert_eq!((&audit["entries"][0]["actor"], &audit["entries"][0]["action"]), (&"local".into(), &"force".into()));
}

#[test]
fn what_cannot_be_started_says_why() {
    let tipoff = Tipoff::with_season();
    let served = Served::at(&tipoff, 9, 0);
    let start = |date: &str| served.asks("POST", "/start", &format!(r#"{{"game_date": "{date}"}}"#));
    let off = (1..30).map(|days| tonight().plus_days(-days)).find(|day| !slates().contains(day)).unwrap();
    let (status, nobody) = start(&off.to_string());
    assert_eq!((status, &nobody["status"]), (404, &Value::from("error")), "{nobody}");
    assert_eq!(start("2019-12-25").0, 400);
    assert_eq!(start("yesterdy").0, 422);
    assert_eq!(served.asks("GET", "/status?batch_id=batch_2024-11-30_1732989600", "").0, 404);
    assert_eq!(served.asks("GET", "/status?batch_id=night", "").0, 400);
}
