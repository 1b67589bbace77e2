//! Tests of the alert routes, against servers on this machine.

mod email;
mod http;
mod log;
mod ping;
mod routes;
mod servers;

use runtime::alerts::{Cause, Condition, Notification, Policy, RootCause, Severity, Threat, decide};

/// What an alert about two tasks tells; its texts hold letters that routes must take care of.
fn opened() -> Notification {
    let now = "2026-01-20T12:00:00Z".parse().unwrap();
    let waiting = [("predictions of 2026-01-20", "18:00"), ("a report of 2026-01-20", "23:30")];
    let conditions = waiting.map(|(what, due)| Condition {
        subject: format!("making {what}"),
        cause: Cause::TaskDead,
        severity: Severity::Critical,
        threatens: Threat::Sla { deadline: format!("2026-01-20T{due}Z").parse().unwrap(), what: what.to_owned() },
        root: Some(RootCause::new(Cause::BreakerOpen, "odds")),
        message: "<!channel> 3 > 2 & *so on*".to_owned(),
        what_to_do: "Look at the feed of odds.".to_owned(),
    });
    let mut decisions = decide(&[], &conditions, &[], &Policy::default(), now);
    decisions.notifications.remove(0)
}
