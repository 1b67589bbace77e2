//! Alerts as people meet them: the list, and the test of every route.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use jiff::{SignedDuration, Timestamp};
use runtime::alerts::{
    Alert, Cause, Change, Decisions, News, Notification, NotificationKind, RootCause, Severity, Told,
};
use serde_json::Value;
use store::Store;

use crate::program::Tipoff;

/// A receiver that takes one request with this status, and returns its body.
pub(crate) fn receiver(status: &'static str) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let taken = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let head: Vec<String> =
            reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let length = head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        write!(reader.into_inner(), "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        body
    });
    (url, taken)
}

#[test]
fn a_test_goes_through_every_route_and_says_what_each_answered() {
    let tipoff = Tipoff::new();
    let (good, taken) = receiver("200 OK");
    let (bad, refused) = receiver("503 Service Unavailable");
    let routes = [("TIPOFF_ALERT_WEBHOOK_URL", good.as_str()), ("TIPOFF_ALERT_SLACK_URL", bad.as_str())];
    let report = tipoff.run_with(&routes, &["alerts", "test", "--json"]).exits(1).json();
    let states: Vec<_> = report["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["route"].clone(), row["state"].clone()))
        .collect();
    let expected = [("log", "delivered"), ("webhook", "delivered"), ("slack", "undelivered")];
    assert_eq!(states, expected.map(|(route, state)| (Value::from(route), Value::from(state))));
    assert!(report["deliveries"][2]["error"].as_str().unwrap().contains("503"), "{report}");
    let told: Value = serde_json::from_slice(&taken.join().unwrap()).unwrap();
    assert_eq!(told["kind"], "synthetic", "{told}");
    refused.join().unwrap();
    let listed = tipoff.run(&["alerts", "--json"]).exits(0).json();
    assert_eq!(listed["deliveries"].as_array().unwrap().len(), 3, "{listed}");
    assert!(tipoff.run(&["alerts", "test"]).exits(0).out.contains("log: took it"), "the log alone is set up now");
}

#[test]
fn a_route_that_is_set_up_wrongly_is_named_before_anything_is_sent() {
    let tipoff = Tipoff::new();
    let outcome = tipoff.run_with(&[("TIPOFF_ALERT_SLACK_URL", "http://example.org/secret")], &["alerts", "test"]);
    let outcome = outcome.exits(1);
    assert!(outcome.err.contains("TIPOFF_ALERT_SLACK_URL") && !outcome.err.contains("secret"), "{}", outcome.err);
}

/// An alert that a day's page is in danger, told, and whether it is over.
fn alert(subject: &str, resolved_at: Option<Timestamp>) -> Alert {
    let opened_at: Timestamp = "2026-01-20T12:00:00Z".parse().unwrap();
    let deadline = opened_at + SignedDuration::from_hours(11);
    Alert {
        root: RootCause::new(Cause::TaskDead, subject),
        opened_at,
        held_at: opened_at,
        resolved_at,
        severity: Severity::Critical,
        slas: BTreeMap::from([("tonight's page, 2026-01-20".to_owned(), deadline)]),
        subjects: vec![subject.to_owned()],
        subject_count: 1,
        message: format!("{subject} failed for good"),
        what_to_do: "mend the cause".to_owned(),
        told: Some(Told { severity: Severity::Critical, slas: BTreeSet::new() }),
    }
}

#[test]
fn what_is_open_is_listed_with_what_to_do_and_what_is_over_on_demand() {
    let tipoff = Tipoff::new();
    let store = Store::create(&tipoff.data_dir()).unwrap();
    assert!(tipoff.run(&["alerts"]).exits(0).out.contains("No alert is open."));
    let open = alert("forecast", None);
    let over = alert("process", Some(open.opened_at + SignedDuration::from_hours(1)));
    let news = vec![News { change: Change::Opened, alert: open.clone() }];
    let kind = NotificationKind::Single(Change::Opened);
    let notifications = vec![Notification { kind, at: open.opened_at, news }];
    let decisions = Decisions { opened: vec![open, over], notifications, ..Decisions::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.alerts.save(&decisions, &["bell"])).unwrap();
    let report = tipoff.run(&["alerts", "--json"]).exits(0).json();
    assert_eq!(report["alerts"].as_array().unwrap().len(), 1, "{report}");
    let row = &report["alerts"][0];
    assert_eq!((&row["cause"], &row["subject"]), (&Value::from("task_dead"), &Value::from("forecast")));
    assert_eq!(row["slas"][0]["deadline"], "2026-01-20T18:00:00-05:00");
    let delivery = &report["deliveries"][0];
    assert_eq!((&delivery["route"], &delivery["state"]), (&Value::from("bell"), &Value::from("undelivered")));
    assert_eq!(delivery["about"][0], "task_dead forecast");
    let all = tipoff.run(&["alerts", "--all", "--json"]).exits(0).json();
    assert_eq!(all["alerts"][1]["resolved_at"], "2026-01-20T08:00:00-05:00", "{all}");
    let text = tipoff.run(&["alerts"]).exits(0).out;
    assert!(text.contains("mend the cause") && text.contains("In danger: tonight's page, 2026-01-20"), "{text}");
}
