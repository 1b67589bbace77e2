//! The dead man's ping: when it is said, and what it never tells.

use std::collections::BTreeMap;
use std::env::VarError;

use jiff::{SignedDuration, Timestamp};

use super::super::Ping;
use super::servers;
use crate::settings::Settings;

fn set_up(url: &str) -> anyhow::Result<Option<Ping>> {
    let set = |name: &str| (name == "TIPOFF_PING_URL").then(|| url.to_owned()).ok_or(VarError::NotPresent);
    Ping::of(&Settings::load(&BTreeMap::new(), &set))
}

fn second(second: i64) -> Timestamp {
    "2026-01-20T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

#[tokio::test]
async fn it_is_said_at_once_and_then_once_a_minute_whatever_is_answered() {
    for status in ["200 OK", "500 Internal Server Error"] {
        let (address, told) = servers::http(status);
        let ping = set_up(&format!("http://{address}/ping/hunter2")).unwrap().unwrap();
        let mut said = Vec::new();
        for at in [0, 15, 59, 60, 61, 119, 120, 30] {
            ping.say(second(at)).await;
            said.extend(told.try_iter().map(|request| (at, request.head[0].clone())));
        }
        let expected = [0, 60, 120, 30].map(|at| (at, "GET /ping/hunter2 HTTP/1.1".to_owned()));
        assert_eq!(said, expected, "{status}; the clock went back at the end");
    }
}

#[test]
fn nobody_is_pinged_unless_somebody_is_named_and_no_error_shows_who() {
    assert!(set_up(" ").unwrap().is_none());
    for url in ["hunter2", "ftp://hunter2.example.org", "https://"] {
        let error = format!("{:#}", set_up(url).unwrap_err());
        assert!(error.contains("TIPOFF_PING_URL") && !error.contains("hunter2"), "{error}");
    }
    let ping = set_up("https://ping.example.org/hunter2").unwrap();
    assert!(!format!("{ping:?}").contains("hunter2"), "{ping:?}");
}
