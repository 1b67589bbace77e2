//! Tests of alerts, over a bakery's worth of trouble.

mod alerter;
mod properties;
mod rules;
mod words;

use jiff::{SignedDuration, Timestamp};

use super::{Alert, Cause, Condition, Decisions, Notification, Policy, RootCause, Sent, Severity, Threat, decide};

/// So many minutes after the start of a test.
fn minute(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-01-20T12:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

/// A task given up, which the morning's bread waits for.
fn dead(subject: &str) -> Condition {
    Condition {
        subject: subject.to_owned(),
        cause: Cause::TaskDead,
        severity: Severity::Warning,
        threatens: Threat::Sla { deadline: minute(240), what: "bread of 2026-01-20".to_owned() },
        root: None,
        message: "the oven answered 503".to_owned(),
        what_to_do: "Look at the oven.".to_owned(),
    }
}

/// The same, because of the oven.
fn dead_of_oven(subject: &str) -> Condition {
    Condition { root: Some(oven()), ..dead(subject) }
}

fn oven() -> RootCause {
    RootCause::new(Cause::BreakerOpen, "oven")
}

/// What a store would hold: what is open and what was told, tick after tick.
#[derive(Debug, Default)]
struct World {
    policy: Policy,
    open: Vec<Alert>,
    over: Vec<Alert>,
    sent: Vec<Sent>,
}

impl World {
    fn tick(&mut self, conditions: &[Condition], now: Timestamp) -> Decisions {
        let decisions = decide(&self.open, conditions, &self.sent, &self.policy, now);
        self.open = decisions.opened.iter().chain(&decisions.continued).cloned().collect();
        self.over.extend(decisions.resolved.iter().cloned());
        self.sent.extend(decisions.notifications.iter().flat_map(Notification::sent));
        decisions
    }

    /// The kinds of messages that a tick sends.
    fn told(&mut self, conditions: &[Condition], minutes: i64) -> Vec<&'static str> {
        self.tick(conditions, minute(minutes)).notifications.iter().map(|sent| sent.kind.code()).collect()
    }
}
