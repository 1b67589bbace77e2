//! `tipoff sla` and `tipoff schedules`: what is promised, what the clock asks for, and whether anybody was there.

use domain::GameDate;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::archive::{Archive, day_off, tonight};
use crate::process::Rehearsal;
use crate::program::Tipoff;

/// What `tipoff sla` says at a time of tonight's day.
fn sla_at(tipoff: &Tipoff, (hour, minute): (i8, i8), code: i32) -> Value {
    sla(tipoff, tonight(), (hour, minute), code)
}

fn sla(tipoff: &Tipoff, day: GameDate, (hour, minute): (i8, i8), code: i32) -> Value {
    let now = day.at(hour, minute).to_string();
    tipoff.run(&["--now", &now, "sla", "--json"]).exits(code).json()
}

#[test]
fn a_promise_is_in_danger_only_when_too_little_time_is_left_for_the_work() {
    let tipoff = Tipoff::with_season();
    assert_eq!(sla(&tipoff, day_off(), (12, 0), 0)["verdict"], "no_games");
    // Early in the morning the edition's facts are hours away, and that endangers nothing.
    for time in [(5, 0), (9, 0), (13, 5), (19, 0)] {
        let report = sla_at(&tipoff, time, 0);
        assert_eq!(report["verdict"], "on_time", "{time:?}: {report}");
        assert_eq!(report["deadline"], "2024-12-11T19:30:00-05:00");
        assert!(report["remaining"].as_array().unwrap().iter().any(|rest| rest["step"] == "publish"), "{report}");
    }
    // Nothing ever ran here: each step is expected to take twenty seconds, eight of them one after the other.
    assert_eq!(sla_at(&tipoff, (9, 0), 0)["expected"], "2024-12-11T13:02:40-05:00");
    assert_eq!(sla_at(&tipoff, (19, 26), 4)["verdict"], "at_risk");
    assert_eq!(sla_at(&tipoff, (19, 28), 4)["verdict"], "late");
    assert_eq!(sla_at(&tipoff, (19, 31), 1)["verdict"], "missed");
}

#[test]
fn a_promise_is_met_when_the_page_was_there_in_time() {
    let publish_at = |hour: i8, minute: i8| {
        let tipoff = Tipoff::with_season();
        let now = tonight().at(hour, minute).to_string();
        tipoff.run(&["--now", &now, "run", "--date", "2024-12-11", "--as-of", "13:00"]).exits(0);
        tipoff
    };
    let report = sla_at(&publish_at(13, 10), (20, 0), 0);
    assert_eq!((&report["verdict"], &report["remaining"]), (&json!("met"), &json!([])));
    assert!(report["expected"].as_str().unwrap().starts_with("2024-12-11T13:10"), "{report}");
    assert_eq!(sla_at(&publish_at(19, 40), (20, 0), 1)["verdict"], "missed");
}

#[test]
fn a_promise_that_waits_for_a_person_is_as_good_as_broken() {
    let mut archive = Archive::season();
    archive.misprice(tonight());
    let tipoff = Tipoff::with(&archive);
    let now = tonight().at(13, 10).to_string();
    tipoff.run(&["--now", &now, "run", "--date", "2024-12-11"]).exits(5);
    let report = sla_at(&tipoff, (13, 15), 1);
    assert_eq!((&report["verdict"], &report["blocked"][0]["step"]), (&json!("on_time"), &json!("publish")));
    assert!(report["blocked"][0]["why"].as_str().unwrap().contains("points from the lines"), "{report}");
}

/// What `tipoff schedules` says of one of them.
fn schedule(tipoff: &Tipoff, now: &str, name: &str, code: i32) -> Value {
    let report = tipoff.run(&["--now", now, "schedules", "--json"]).exits(code).json();
    assert_eq!(report["zone"], "America/New_York");
    let schedules = report["schedules"].as_array().unwrap();
    schedules.iter().find(|schedule| schedule["name"] == name).unwrap().clone()
}

#[test]
fn schedules_tell_their_next_ticks_and_what_became_of_the_last() {
    let tipoff = Tipoff::with_season();
    let now = Rehearsal::at(tonight().at(12, 59) + SignedDuration::from_secs(57));
    let publish = schedule(&tipoff, &now.now(), "publish-tonight", 0);
    assert_eq!((&publish["next"], &publish["last"]), (&json!("2024-12-11T13:00:00-05:00"), &Value::Null));
    assert_eq!(schedule(&tipoff, &now.now(), "retention", 0)["next"], "2024-12-12T05:00:00-05:00");
    let mut serve = tipoff.start_at(&now, "serve");
    serve.hears(&["tick", "publish-tonight"]);
    serve.stops();
    let fired = schedule(&tipoff, &now.now(), "publish-tonight", 0);
    assert_eq!(fired["last"]["due"], "2024-12-11T13:00:00-05:00");
    assert_eq!((&fired["last"]["decision"], &fired["missed_in_a_week"]), (&json!("fire"), &json!(0)));
    assert_eq!(fired["next"], "2024-12-12T13:00:00-05:00");
    // The next morning somebody starts it again: too late for the night's ticks, in time for the newest.
    let morning = Rehearsal::at(day_off().at(9, 30));
    let mut serve = tipoff.start_at(&morning, "serve");
    serve.hears(&["tick", "overnight-predictions", "2024-12-12T12:00:00Z"]);
    serve.stops();
    let missed = schedule(&tipoff, &morning.now(), "predictions-tomorrow", 3);
    assert_eq!(missed["last"]["due"], "2024-12-11T18:00:00-05:00");
    assert_eq!((&missed["last"]["decision"], &missed["missed_in_a_week"]), (&json!("missed"), &json!(1)));
    assert_eq!(schedule(&tipoff, &morning.now(), "self-heal-evening", 3)["missed_in_a_week"], 16);
    assert_eq!(schedule(&tipoff, &morning.now(), "overnight-predictions", 3)["last"]["decision"], "fire_late");
}
