//! A bakery's alerts: what the scenarios save.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use runtime::alerts::{
    Alert, AlertStore, Cause, Change, Condition, Decisions, DeliveryState, News, Notification, NotificationKind,
    Retries, RootCause, Severity, Threat, Told,
};

/// A store under test.
pub(crate) type Alerts = Arc<dyn AlertStore>;

/// So many minutes after the start of a test.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-01-20T12:00:00.123456Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

/// An open alert about a bread, with something in every field.
pub(crate) fn burnt(bread: &str, opened: i64) -> Alert {
    let sla = |day: &str| format!("bread of \"{day}\"");
    Alert {
        root: RootCause::new(Cause::TaskDead, bread),
        opened_at: minute(opened),
        held_at: minute(opened + 1),
        resolved_at: None,
        severity: Severity::Warning,
        slas: BTreeMap::from([(sla("Monday"), minute(240)), (sla("Tuesday"), minute(1680))]),
        subjects: vec![bread.to_owned(), "it's \\ other, 100 % rye".to_owned()],
        subject_count: 7,
        message: "the oven answered 503\nagain".to_owned(),
        what_to_do: "Look at the oven.".to_owned(),
        told: Some(Told { severity: Severity::Critical, slas: BTreeSet::from([sla("Monday")]) }),
    }
}

/// The same, over.
pub(crate) fn over(alert: &Alert, resolved: i64) -> Alert {
    Alert { resolved_at: Some(minute(resolved)), ..alert.clone() }
}

/// The message that one alert changed.
pub(crate) fn told(change: Change, alert: &Alert, at: Timestamp) -> Notification {
    let news = vec![News { change, alert: alert.clone() }];
    Notification { kind: NotificationKind::Single(change), at, news }
}

/// That alerts open, and are told.
pub(crate) fn opening(alerts: &[&Alert]) -> Decisions {
    let notifications = alerts.iter().map(|alert| told(Change::Opened, alert, alert.opened_at)).collect();
    Decisions { opened: alerts.iter().map(|alert| (*alert).clone()).collect(), notifications, ..Decisions::default() }
}

/// That an alert is over, and is told.
pub(crate) fn closing(alert: &Alert) -> Decisions {
    let at = alert.resolved_at.unwrap();
    let notifications = vec![told(Change::Resolved, alert, at)];
    Decisions { resolved: vec![alert.clone()], notifications, ..Decisions::default() }
}

/// That a test is sent.
pub(crate) fn test(at: Timestamp) -> Decisions {
    Decisions { notifications: vec![Notification::synthetic(at)], ..Decisions::default() }
}

/// Three attempts, two minutes apart.
pub(crate) const THRICE: Retries = Retries { attempts: 3, wait: SignedDuration::from_mins(2) };

/// Takes what is due by a route and records that it arrived.
pub(crate) async fn deliver(store: &Alerts, route: &str, at: Timestamp) {
    for delivery in store.take_due(&[route], THRICE, at).await.unwrap() {
        store.record(&delivery, &DeliveryState::Delivered { at }).await.unwrap();
    }
}

/// A task given up, which the day's bread waits for.
pub(crate) fn dead(bread: &str) -> Condition {
    Condition {
        subject: bread.to_owned(),
        cause: Cause::TaskDead,
        severity: Severity::Warning,
        threatens: Threat::Sla { deadline: minute(240), what: "bread of 2026-01-20".to_owned() },
        root: None,
        message: "the oven answered 503".to_owned(),
        what_to_do: "Look at the oven.".to_owned(),
    }
}
