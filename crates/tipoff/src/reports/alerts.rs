//! What is wrong, and what people were told of it.

use runtime::alerts::{Alert, DeliveryRecord, DeliveryState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock_words::moment;

/// Alerts, the open ones first, and the newest deliveries.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertsReport {
    pub(crate) schema_version: u32,
    pub(crate) alerts: Vec<AlertReport>,
    pub(crate) deliveries: Vec<DeliveryReport>,
}

/// What is wrong, since when, and what to do about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertReport {
    pub(crate) cause: &'static str,
    pub(crate) subject: String,
    pub(crate) severity: &'static str,
    pub(crate) opened_at: String,
    pub(crate) held_at: String,
    pub(crate) resolved_at: Option<String>,
    pub(crate) told: Option<&'static str>,
    pub(crate) slas: Vec<EndangeredReport>,
    pub(crate) subjects: Vec<String>,
    pub(crate) subject_count: usize,
    pub(crate) message: String,
    pub(crate) what_to_do: String,
}

/// An SLA in danger.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndangeredReport {
    pub(crate) sla: String,
    pub(crate) deadline: String,
}

/// How people were told.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryReport {
    pub(crate) notification: String,
    pub(crate) kind: &'static str,
    pub(crate) at: String,
    pub(crate) about: Vec<String>,
    pub(crate) route: String,
    pub(crate) state: &'static str,
    pub(crate) attempts: u32,
    pub(crate) delivered_at: Option<String>,
    pub(crate) error: Option<String>,
}

impl AlertReport {
    pub(crate) fn of(alert: &Alert) -> Self {
        let sla = |(sla, deadline): (&str, _)| EndangeredReport { sla: sla.to_owned(), deadline: moment(deadline) };
        Self {
            cause: alert.root.cause.code(),
            subject: alert.root.subject.clone(),
            severity: alert.severity.code(),
            opened_at: moment(alert.opened_at),
            held_at: moment(alert.held_at),
            resolved_at: alert.resolved_at.map(moment),
            told: alert.told.as_ref().map(|told| told.severity.code()),
            slas: alert.slas_by_deadline().into_iter().map(sla).collect(),
            subjects: alert.subjects.clone(),
            subject_count: alert.subject_count,
            message: alert.message.clone(),
            what_to_do: alert.what_to_do.clone(),
        }
    }
}

impl DeliveryReport {
    pub(crate) fn of(record: &DeliveryRecord) -> Self {
        let notification = &record.delivery.notification;
        let (delivered_at, error) = match &record.state {
            DeliveryState::Delivered { at } => (Some(moment(*at)), None),
            DeliveryState::Undelivered { error } => (None, error.clone()),
            DeliveryState::Outdated => (None, None),
        };
        Self {
            notification: notification.id().to_string(),
            kind: notification.kind.code(),
            at: moment(notification.at),
            about: notification.news.iter().map(|news| news.alert.root.to_string()).collect(),
            route: record.delivery.route.clone(),
            state: record.state.code(),
            attempts: record.attempts,
            delivered_at,
            error,
        }
    }
}

impl AlertsReport {
    /// These alerts and deliveries.
    pub(crate) fn of(alerts: &[Alert], deliveries: &[DeliveryRecord]) -> Self {
        let (alerts, deliveries) = (alerts.iter().map(AlertReport::of), deliveries.iter().map(DeliveryReport::of));
        Self { schema_version: 1, alerts: alerts.collect(), deliveries: deliveries.collect() }
    }
}
