//! Alerts: what threatens a promise or did, who was told, and how that was delivered.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::Timestamp;
use runtime::alerts::{Alert, DeliveryRecord, DeliveryState, Severity};

use super::frame::{Frame, Looks};
use super::words::{Tone, clock};
use super::{Withheld, shown};
use crate::app::WhichAlerts;
use crate::http::Surface;

struct Row {
    tone: Tone,
    severity: &'static str,
    cause: String,
    subject: String,
    opened: String,
    over: Option<String>,
    message: String,
    what_to_do: String,
    /// What it puts in danger, and whether anybody was told.
    danger: String,
}

struct Sent {
    at: String,
    kind: &'static str,
    route: String,
    tone: Tone,
    state: String,
    tries: u32,
    about: String,
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct Page {
    frame: Frame,
    open: Vec<Row>,
    over: Vec<Row>,
    sent: Vec<Sent>,
}

pub(super) async fn page(State(surface): State<Surface>, looks: Looks) -> Result<impl IntoResponse, Withheld> {
    let now = surface.app.now();
    let (alerts, deliveries) = surface.app.alerts(WhichAlerts::Newest).await?;
    let (over, open): (Vec<Row>, Vec<Row>) =
        alerts.iter().map(|alert| Row::of(alert, now)).partition(|row| row.over.is_some());
    let sent = deliveries.iter().map(|record| Sent::of(record, now)).collect();
    shown(&Page { frame: Frame::of("Alerts", &surface, &looks), open, over, sent })
}

impl Row {
    fn of(alert: &Alert, now: Timestamp) -> Self {
        let due = alert.slas_by_deadline().into_iter().map(|(sla, at)| format!("{sla}, due {}", clock(at, now)));
        let due: Vec<String> = due.collect();
        let told =
            if alert.told.is_some() { "people were told" } else { "nobody was told: nothing promised is in danger" };
        Self {
            tone: match (alert.resolved_at, alert.severity) {
                (Some(_), _) => Tone::Calm,
                (None, Severity::Critical) => Tone::Bad,
                (None, Severity::Warning) => Tone::Warn,
                (None, Severity::Info) => Tone::Calm,
            },
            severity: alert.severity.code(),
            cause: alert.root.cause.code().replace('_', " "),
            subject: alert.root.subject.clone(),
            opened: clock(alert.opened_at, now),
            over: alert.resolved_at.map(|at| clock(at, now)),
            message: alert.message.clone(),
            what_to_do: alert.what_to_do.clone(),
            danger: if due.is_empty() { told.to_owned() } else { format!("{}; {told}", due.join("; ")) },
        }
    }
}

impl Sent {
    fn of(record: &DeliveryRecord, now: Timestamp) -> Self {
        let notification = &record.delivery.notification;
        let about: Vec<String> = notification.news.iter().map(|news| news.alert.root.to_string()).collect();
        let (tone, state) = match &record.state {
            DeliveryState::Delivered { at } => (Tone::Good, format!("delivered {}", clock(*at, now))),
            DeliveryState::Undelivered { error: Some(error) } => (Tone::Bad, format!("not delivered: {error}")),
            DeliveryState::Undelivered { error: None } => (Tone::Warn, "not delivered yet".to_owned()),
            DeliveryState::Outdated => (Tone::Calm, "outdated: it was over before".to_owned()),
        };
        Self {
            at: clock(notification.at, now),
            kind: notification.kind.code(),
            route: record.delivery.route.clone(),
            tone,
            state,
            tries: record.attempts,
            about: about.join(", "),
        }
    }
}
