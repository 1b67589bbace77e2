//! What is promised, as data: the watch measures by it, the operator's handbook lists it.

use jiff::SignedDuration;
use runtime::alerts::{Cause, Policy};
use serde::Serialize;
use utoipa::ToSchema;

/// Results are promised so long after the last game became final.
pub(crate) const RESULTS_WITHIN: SignedDuration = SignedDuration::from_hours(6);

/// A tick that nobody fired is worth firing for so long; after that it is missed, and that alerts.
pub(crate) const TICKS_WITHIN: SignedDuration = SignedDuration::from_hours(3);

/// A promise: who breaks it is told of, and so is who is about to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Promise {
    /// Its name.
    name: &'static str,
    /// What will be.
    what: &'static str,
    /// From when its time counts, or before what it must be.
    measured: &'static str,
    /// How long it may take; nothing where it must be before a moment.
    within_seconds: Option<i64>,
    /// The alerts that tell of its danger.
    alerts: Vec<&'static str>,
    /// The command that shows how it stands.
    look: &'static str,
}

impl Promise {
    /// All of them.
    pub(crate) fn all() -> [Self; 4] {
        let within = |duration: SignedDuration| Some(duration.as_secs());
        let codes = |causes: &[Cause]| causes.iter().map(|cause| cause.code()).collect();
        [
            Self {
                name: "page",
                what: "A slate's page is published",
                measured: "before its first tip-off",
                within_seconds: None,
                alerts: codes(&[Cause::WillBeLate, Cause::TaskLate]),
                look: "tipoff sla",
            },
            Self {
                name: "results",
                what: "A slate is graded and its results published",
                measured: "after its last game became final",
                within_seconds: within(RESULTS_WITHIN),
                alerts: codes(&[Cause::NothingHappened]),
                look: "tipoff latency",
            },
            Self {
                name: "schedules",
                what: "Every tick of a schedule is fired, once",
                measured: "after it was due",
                within_seconds: within(TICKS_WITHIN),
                alerts: codes(&[Cause::TickMissed]),
                look: "tipoff schedules",
            },
            Self {
                name: "alerts",
                what: "Every route of alerts proves that they arrive",
                measured: "after its last proof",
                within_seconds: within(Policy::default().proven_for),
                alerts: codes(&[Cause::RouteSilent]),
                look: "tipoff alerts",
            },
        ]
    }

    /// The promises as a table of Markdown.
    pub(crate) fn table() -> String {
        let mut table = "| Promise | What | When | Alerts | Look |\n|---|---|---|---|---|\n".to_owned();
        for Self { name, what, measured, within_seconds, alerts, look } in Self::all() {
            let when = match within_seconds {
                Some(seconds) => format!("within {} h {measured}", seconds / 3600),
                None => measured.to_owned(),
            };
            table += &format!("| {name} | {what} | {when} | {} | `{look}` |\n", alerts.join(", "));
        }
        table
    }
}
