//! Metrics of a real store: their values, and that names and files follow the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use domain::GameDate;
use jiff::SignedDuration;
use pipeline::ports::{ProviderDay, Quota};
use pipeline::source::Provider;
use runtime::alerts::{Alert, Cause, Decisions, Notification, RootCause, Severity};
use runtime::{
    Breaker, FailureCategory, FixedClock, Moved, Silent, Task, TaskKey, TaskState, TickDecision, TickRecord,
};
use tempfile::TempDir;

use super::*;

fn now() -> Timestamp {
    "2026-01-20T20:00:00Z".parse().unwrap()
}

fn ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

/// A store that nobody has worked in; it goes with the folder.
async fn empty() -> (TempDir, App) {
    let folder = TempDir::new().unwrap();
    let app = App::open(folder.path(), Arc::new(FixedClock(now())), Arc::new(Silent)).await.unwrap();
    (folder, app)
}

/// Each value by its name and labels, as they are written.
fn values(text: &str) -> BTreeMap<String, f64> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let samples: Vec<_> = samples.map(|line| line.rsplit_once(' ').unwrap()).collect();
    let values: BTreeMap<_, _> =
        samples.iter().map(|(name, value)| (name.to_string(), value.parse().unwrap())).collect();
    assert_eq!(values.len(), samples.len(), "a sample comes twice:\n{text}");
    values
}

/// The names under which samples come.
fn names(text: &str) -> BTreeSet<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    types.map(|(name, _)| name.to_owned()).collect()
}

fn task(partition: &str, state: TaskState) -> Task {
    Task { state, ..Task::unplanned(TaskKey::new("process", partition), ago(5)) }
}

#[tokio::test]
async fn names_are_those_of_prometheus_and_every_metric_is_described() {
    let (_folder, app) = empty().await;
    let text = render(&app, Some(ago(1))).await.unwrap();
    assert!(!text.contains("# EOF"), "{text}");
    let names = names(&text);
    assert_eq!(names.len(), text.matches("# HELP ").count());
    for name in &names {
        assert!(
            name.starts_with("tipoff_") && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()),
            "{name}"
        );
    }
    let counters = text.lines().filter(|line| line.starts_with("# TYPE ") && line.ends_with(" counter")).count();
    assert_eq!(names.iter().filter(|name| name.ends_with("_total")).count(), counters);
    for sample in values(&text).keys() {
        let name = sample.split('{').next().unwrap();
        assert!(names.contains(name), "{sample} is not described");
        let mut words = name.trim_end_matches("_total").split('_');
        let tells_time =
            words.any(|word| ["age", "time", "timestamp", "silence", "tipoff_in", "run_seconds"].contains(&word));
        assert!(!tells_time || name.trim_end_matches("_total").ends_with("_seconds"), "{name} has no unit");
    }
}

#[tokio::test]
async fn nothing_is_told_as_zero_and_what_never_was_is_not_told() {
    let (_folder, app) = empty().await;
    let values = values(&render(&app, None).await.unwrap());
    for zero in [
        "tipoff_tasks{step=\"publish\",state=\"dead\"}",
        "tipoff_dead_letter_oldest_age_seconds",
        "tipoff_open_attempts{step=\"forecast\"}",
        "tipoff_breaker_open{step=\"process\"}",
        "tipoff_step_runs_total{step=\"land\"}",
        "tipoff_alerts_open{cause=\"task_dead\",severity=\"critical\"}",
        "tipoff_sla{state=\"missed\"}",
    ] {
        assert_eq!(values.get(zero), Some(&0.0), "{zero}");
    }
    assert_eq!(values["tipoff_sla{state=\"no_games\"}"], 1.0);
    let never = ["tipoff_newest_landing", "tipoff_first_tipoff", "tipoff_schedule", "tipoff_route", "tipoff_process"];
    let told: Vec<_> = values.keys().filter(|name| never.iter().any(|prefix| name.starts_with(prefix))).collect();
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn what_is_wrong_is_counted() {
    let (_folder, app) = empty().await;
    let why = || "the bytes cannot be decoded".to_owned();
    let dead = |category| TaskState::Dead { category, why: why() };
    let tasks = [
        task("payload a", dead(FailureCategory::UpstreamFailure)),
        task("payload b", dead(FailureCategory::UpstreamFailure)),
        task("payload c", TaskState::RetryAt { at: now(), category: FailureCategory::Timeout, why: why() }),
        task("payload d", TaskState::Ready { since: ago(1) }),
    ];
    assert_eq!(app.store.ledger.put(&tasks).await.unwrap().len(), 4);
    let open = Breaker::Open { until: now(), since: ago(1), times: 1, why: why() };
    let moved = app.store.ledger.move_breaker(&"process".into(), &Breaker::default(), &open).await.unwrap();
    assert_eq!(moved, Moved::Yes);
    let held = Breaker::Held { since: ago(1), by: "ops".to_owned(), why: why() };
    app.store.ledger.move_breaker(&"publish".into(), &Breaker::default(), &held).await.unwrap();
    let tick =
        TickRecord { schedule: "retention".into(), decision: TickDecision::Fire { due: ago(3) }, decided_at: ago(3) };
    app.store.schedules.record(&[tick]).await.unwrap();
    let text = render(&app, Some(ago(2))).await.unwrap();
    let values = values(&text);
    for (name, value) in [
        ("tipoff_tasks{step=\"process\",state=\"dead\"}", 2.0),
        ("tipoff_tasks{step=\"process\",state=\"ready\"}", 1.0),
        ("tipoff_dead_letters{step=\"process\",category=\"upstream_failure\"}", 2.0),
        ("tipoff_dead_letters{step=\"process\",category=\"processing_error\"}", 0.0),
        ("tipoff_dead_letter_oldest_age_seconds", 5.0 * 3600.0),
        ("tipoff_step_attempts_last_hour{step=\"process\",which=\"retry\"}", 1.0),
        ("tipoff_breaker_open{step=\"process\"}", 1.0),
        ("tipoff_breaker_open{step=\"publish\"}", 0.0),
        ("tipoff_step_held{step=\"publish\"}", 1.0),
        ("tipoff_schedule_ticks_last_day{schedule=\"retention\",outcome=\"fire\"}", 1.0),
        ("tipoff_schedule_last_tick_timestamp_seconds{schedule=\"retention\"}", 1_768_928_400.0),
        ("tipoff_process_start_time_seconds", 1_768_932_000.0),
    ] {
        assert_eq!(values.get(name), Some(&value), "{name}\n{text}");
    }
    assert!(!text.contains("payload a"), "a partition is no label: there is ever another one");
}

#[tokio::test]
async fn open_alerts_and_what_was_delivered_are_counted() {
    let (_folder, app) = empty().await;
    let alert = |subject: &str, resolved_at| Alert {
        root: RootCause::new(Cause::TaskDead, subject),
        opened_at: ago(4),
        held_at: ago(4),
        resolved_at,
        severity: Severity::Critical,
        slas: BTreeMap::new(),
        subjects: vec![subject.to_owned()],
        subject_count: 1,
        message: "it failed for good".to_owned(),
        what_to_do: "mend the cause".to_owned(),
        told: None,
    };
    let decisions = Decisions {
        opened: vec![alert("forecast", None), alert("process", Some(ago(3)))],
        notifications: vec![Notification::synthetic(ago(2)), Notification::synthetic(ago(25))],
        ..Decisions::default()
    };
    app.store.alerts.save(&decisions, &["bell"]).await.unwrap();
    let values = values(&render(&app, None).await.unwrap());
    assert_eq!(values["tipoff_alerts_open{cause=\"task_dead\",severity=\"critical\"}"], 1.0);
    let delivery = "tipoff_deliveries_last_day{route=\"bell\",state=\"undelivered\"}";
    assert_eq!(values[delivery], 1.0, "the other was decided more than a day ago");
}

#[tokio::test]
async fn each_provider_is_told_by_its_name_and_nothing_else() {
    let (_folder, app) = empty().await;
    let asked = |hours, quota| ProviderDay {
        asked: 2,
        answered: 1,
        failed: 1,
        bytes: 100,
        answered_at: Some(ago(hours)),
        problem: Some((ago(hours), "HTTP 500".to_owned())),
        quota,
        ..ProviderDay::unasked(Provider::OddsApi, GameDate::of(ago(hours)))
    };
    for day in [asked(30, Some(Quota { used: 412, left: 88 })), asked(6, None)] {
        app.store.providers.add_to_provider_day(&day).await.unwrap();
    }
    let (why, breaker) = ("HTTP 500".to_owned(), crate::fetch::breaker_of);
    let open = Breaker::Open { until: now(), since: ago(1), times: 1, why: why.clone() };
    app.store.ledger.move_breaker(&breaker(Provider::OddsApi), &Breaker::default(), &open).await.unwrap();
    let held = Breaker::Held { since: ago(1), by: "ops".to_owned(), why };
    app.store.ledger.move_breaker(&breaker(Provider::Espn), &Breaker::default(), &held).await.unwrap();
    let text = render(&app, None).await.unwrap();
    let values = values(&text);
    for (name, value) in [
        ("tipoff_provider_requests_total{provider=\"odds_api\",outcome=\"answered\"}", 2.0),
        ("tipoff_provider_requests_total{provider=\"odds_api\",outcome=\"missing\"}", 0.0),
        ("tipoff_provider_requests_total{provider=\"espn\",outcome=\"failed\"}", 0.0),
        ("tipoff_provider_received_bytes_total{provider=\"odds_api\"}", 200.0),
        ("tipoff_provider_quota_left{provider=\"odds_api\"}", 88.0),
        ("tipoff_provider_breaker_open{provider=\"odds_api\"}", 1.0),
        ("tipoff_provider_breaker_open{provider=\"espn\"}", 0.0),
        ("tipoff_provider_held{provider=\"espn\"}", 1.0),
        ("tipoff_provider_last_answer_timestamp_seconds{provider=\"odds_api\"}", 1_768_917_600.0),
    ] {
        assert_eq!(values.get(name), Some(&value), "{name}\n{text}");
    }
    assert!(!values.contains_key("tipoff_provider_quota_left{provider=\"espn\"}"), "it tells none");
    assert!(!text.contains("HTTP 500"), "what went wrong is no label");
}

/// The metrics that a text of queries names.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
    words.filter(|word| word.starts_with("tipoff_")).map(str::to_owned).collect()
}

#[tokio::test]
async fn dashboard_and_rules_name_only_metrics_that_there_are() {
    let (_folder, app) = empty().await;
    let names = names(&render(&app, Some(now())).await.unwrap());
    let ops = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ops");
    for file in ["grafana/tipoff.json", "prometheus/rules.yml"] {
        let asked = named(&std::fs::read_to_string(ops.join(file)).unwrap());
        assert!(asked.len() > 5, "{file} names {asked:?}");
        let unknown: Vec<_> = asked.difference(&names).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}");
    }
}
