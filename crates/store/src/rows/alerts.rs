//! Alerts, notifications and deliveries as rows: their columns in order, both ways, for every dialect.

use std::collections::BTreeMap;

use jiff::Timestamp;
use runtime::alerts::{
    Alert, Cause, Change, Delivery, DeliveryState, News, Notification, NotificationKind, RootCause, Sent, Severity,
    Told,
};
use serde_json::Value as Json;

use super::tasks::Named;
use super::{Cells, Corrupt, Value};

/// An alert's columns.
pub(crate) fn alert(alert: &Alert) -> Named<'_> {
    let instant = |instant: Timestamp| Value::Integer(instant.as_microsecond());
    let text = |text: &'static str| Value::Text(text.into());
    let told = alert.told.as_ref();
    let deadlines = alert.slas.iter().map(|(sla, deadline)| (sla.as_str(), deadline.as_microsecond()));
    vec![
        (":cause", text(alert.root.cause.code())),
        (":subject", Value::Text(alert.root.subject.as_str().into())),
        (":opened_at", instant(alert.opened_at)),
        (":held_at", instant(alert.held_at)),
        (":resolved_at", alert.resolved_at.map_or(Value::Null, instant)),
        (":severity", text(alert.severity.code())),
        (":slas", json(&Json::from_iter(deadlines))),
        (":subjects", json(&Json::from(alert.subjects.as_slice()))),
        (":subject_count", Value::Integer(alert.subject_count as i64)),
        (":message", Value::Text(alert.message.as_str().into())),
        (":what_to_do", Value::Text(alert.what_to_do.as_str().into())),
        (":told_severity", told.map_or(Value::Null, |told| text(told.severity.code()))),
        (":told_slas", told.map_or(Value::Null, |told| json(&Json::from_iter(told.slas.iter().map(String::as_str))))),
    ]
}

fn json(value: &Json) -> Value<'static> {
    Value::Text(value.to_string().into())
}

/// Reads an alert.
pub(crate) fn read_alert(cells: &mut Cells<'_>) -> Result<Alert, Corrupt> {
    let root = RootCause::new(cells.code(Cause::from_code)?, cells.text()?);
    let (opened_at, held_at, resolved_at) = (cells.instant()?, cells.instant()?, cells.instant_if_any()?);
    let severity = cells.code(Severity::from_code)?;
    let slas = read_deadlines(&cells.text()?)?;
    let subjects = read_names(&cells.text()?)?;
    let subject_count = cells.whole()?;
    let (message, what_to_do) = (cells.text()?.into_owned(), cells.text()?.into_owned());
    let told = match (cells.text_if_any()?, cells.text_if_any()?) {
        (Some(severity), Some(slas)) => {
            Some(Told { severity: read_severity(&severity)?, slas: read_names(&slas)?.into_iter().collect() })
        }
        _ => None,
    };
    Ok(Alert {
        root,
        opened_at,
        held_at,
        resolved_at,
        severity,
        slas,
        subjects,
        subject_count,
        message,
        what_to_do,
        told,
    })
}

fn read_names(text: &str) -> Result<Vec<String>, Corrupt> {
    serde_json::from_str(text).map_err(damaged)
}

fn read_deadlines(text: &str) -> Result<BTreeMap<String, Timestamp>, Corrupt> {
    let deadlines: BTreeMap<String, i64> = serde_json::from_str(text).map_err(damaged)?;
    let deadline = |(sla, micros)| Ok((sla, Timestamp::from_microsecond(micros).map_err(damaged)?));
    deadlines.into_iter().map(deadline).collect()
}

fn read_severity(code: &str) -> Result<Severity, Corrupt> {
    Severity::from_code(code).ok_or_else(|| Corrupt(format!("{code:?} is no severity")))
}

fn damaged(error: impl std::fmt::Display) -> Corrupt {
    Corrupt(error.to_string())
}

/// A notification's columns without what it tells.
pub(crate) fn notification(notification: &Notification) -> Named<'static> {
    vec![
        name(notification),
        (":kind", Value::Text(notification.kind.code().into())),
        (":at", Value::Integer(notification.at.as_microsecond())),
    ]
}

/// The column that names a notification.
fn name(notification: &Notification) -> (&'static str, Value<'static>) {
    (":name", Value::Blob(notification.id().bytes().to_vec().into()))
}

/// A told change's columns after its notification and place.
pub(crate) fn news(news: &News) -> Named<'_> {
    let mut named = alert(&news.alert);
    named.push((":change", Value::Text(news.change.code().into())));
    named
}

/// Notifications by their number in the store, from rows of number, kind, instant and a told change, if there is one.
#[derive(Default)]
pub(crate) struct Notifications(BTreeMap<i64, Notification>);

impl Notifications {
    /// Reads one row.
    pub(crate) fn read(&mut self, cells: &mut Cells<'_>) -> Result<(), Corrupt> {
        let number = cells.whole()?;
        let (kind, at) = (cells.code(NotificationKind::from_code)?, cells.instant()?);
        let told = self.0.entry(number).or_insert_with(|| Notification { kind, at, news: Vec::new() });
        if let Some(code) = cells.text_if_any()? {
            let change = Change::from_code(&code).ok_or_else(|| Corrupt(format!("{code:?} is no change")))?;
            told.news.push(News { change, alert: read_alert(cells)? });
        }
        Ok(())
    }

    /// The delivery of a notification by a route.
    pub(crate) fn delivery(&self, number: i64, route: String) -> Result<Delivery, Corrupt> {
        let notification = self.0.get(&number).cloned();
        let notification = notification.ok_or_else(|| Corrupt(format!("there is no notification {number}")))?;
        Ok(Delivery { route, notification })
    }
}

/// Reads that a change was told.
pub(crate) fn read_sent(cells: &mut Cells<'_>) -> Result<Sent, Corrupt> {
    let root = RootCause::new(cells.code(Cause::from_code)?, cells.text()?);
    let (change, severity) = (cells.code(Change::from_code)?, cells.code(Severity::from_code)?);
    Ok(Sent { root, change, severity, at: cells.instant()? })
}

/// What came of a delivery, and the columns by which it is found.
pub(crate) fn recorded<'a>(delivery: &'a Delivery, state: &'a DeliveryState) -> Named<'a> {
    let (error, delivered_at) = match state {
        DeliveryState::Undelivered { error } => (error.as_deref(), None),
        DeliveryState::Delivered { at } => (None, Some(at.as_microsecond())),
        DeliveryState::Outdated => (None, None),
    };
    vec![
        (":state", Value::Text(state.code().into())),
        (":error", error.map_or(Value::Null, |error| Value::Text(error.into()))),
        (":delivered_at", delivered_at.map_or(Value::Null, Value::Integer)),
        (":route", Value::Text(delivery.route.as_str().into())),
        name(&delivery.notification),
    ]
}

/// Reads where a delivery stands.
pub(crate) fn read_delivery_state(cells: &mut Cells<'_>) -> Result<DeliveryState, Corrupt> {
    let code = cells.text()?;
    let (error, delivered_at) = (cells.text_if_any()?, cells.instant_if_any()?);
    Ok(match (&*code, delivered_at) {
        ("undelivered", None) => DeliveryState::Undelivered { error: error.map(std::borrow::Cow::into_owned) },
        ("delivered", Some(at)) => DeliveryState::Delivered { at },
        ("outdated", None) => DeliveryState::Outdated,
        _ => return Err(Corrupt(format!("{code:?} ({delivered_at:?}) is no state of a delivery"))),
    })
}
