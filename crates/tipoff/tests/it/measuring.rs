//! `tipoff metrics`: what Prometheus is told of a real night.

use std::collections::BTreeMap;
use std::net::TcpListener;

use crate::alerting::receiver;
use crate::archive::tonight;
use crate::dead_letters::with_damaged_shots;
use crate::program::Tipoff;

/// Every value at an hour of tonight's day.
fn metrics_at(tipoff: &Tipoff, hour: i8) -> BTreeMap<String, f64> {
    let now = tonight().at(hour, 0).to_string();
    let text = tipoff.run(&["--now", &now, "metrics"]).exits(0).out;
    let samples = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.rsplit_once(' ').unwrap());
    samples.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
}

#[test]
fn tonights_promise_is_measured_before_and_after_the_page_is_out() {
    let tipoff = Tipoff::with_season();
    let before = metrics_at(&tipoff, 9);
    let until = before["tipoff_first_tipoff_in_seconds"] / 3600.0;
    assert!((10.4..=10.5).contains(&until), "a little less than from 09:00 to 19:30: {until} h");
    assert_eq!((before["tipoff_sla{state=\"on_time\"}"], before["tipoff_sla{state=\"met\"}"]), (1.0, 0.0));
    assert_eq!(before["tipoff_sla_expected_timestamp_seconds"], 1_733_940_160.0, "2024-12-11T13:02:40-05:00");
    assert_eq!(before["tipoff_sla_steps_blocked"], 0.0);
    assert!(before["tipoff_sla_steps_remaining"] > 8.0, "{before:?}");
    assert_eq!(before.get("tipoff_newest_published_slate_timestamp_seconds"), None);
    let now = tonight().at(13, 10).to_string();
    tipoff.run(&["--now", &now, "run", "--date", "2024-12-11", "--as-of", "13:00"]).exits(0);
    let after = metrics_at(&tipoff, 14);
    assert_eq!((after["tipoff_sla{state=\"on_time\"}"], after["tipoff_sla{state=\"met\"}"]), (0.0, 1.0));
    assert_eq!(after["tipoff_sla_steps_remaining"], 0.0);
    assert_eq!(after["tipoff_newest_published_slate_timestamp_seconds"], 1_733_893_200.0, "2024-12-11T00:00:00-05:00");
    assert_eq!(after["tipoff_step_runs_total{step=\"publish\"}"], 1.0);
    assert!(after["tipoff_step_run_seconds_total{step=\"publish\",part=\"write\"}"] > 0.0, "{after:?}");
    let last = after["tipoff_step_last_success_timestamp_seconds{step=\"publish\"}"];
    assert!((1_733_940_600.0..1_733_944_200.0).contains(&last), "within the hour after 13:10: {last}");
}

#[test]
fn a_payload_that_cannot_be_read_is_measured_as_a_dead_letter() {
    let values = metrics_at(&with_damaged_shots(), 9);
    assert_eq!(values["tipoff_dead_letters{step=\"process\",category=\"upstream_failure\"}"], 1.0);
    assert_eq!(values["tipoff_tasks{step=\"process\",state=\"dead\"}"], 1.0);
}

#[test]
fn a_collector_is_sent_a_span_of_every_attempt() {
    let tipoff = Tipoff::with_season();
    let (url, taken) = receiver("200 OK");
    let date = tonight().to_string();
    tipoff.run(&["run", "--date", &date, "--otlp-url", &url]).exits(0);
    // Protobuf writes texts as they are.
    let sent = String::from_utf8_lossy(&taken.join().unwrap()).into_owned();
    for text in ["service.name", "tipoff", "player_game_summary", "tipoff.outcome", "done"] {
        assert!(sent.contains(text), "{text} is not in {sent}");
    }
}

#[test]
fn a_collector_that_is_not_there_holds_nothing_up() {
    let tipoff = Tipoff::with_season();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}/v1/traces");
    tipoff.run(&["run", "--date", &tonight().to_string(), "--otlp-url", &url]).exits(0);
    let refused = tipoff.run(&["run", "--otlp-url", "no address"]).exits(1);
    assert!(refused.err.contains("traces cannot be sent to no address"), "{refused:?}");
}
