//! Notifications: what is told to people, and the memory of it that keeps them from being told again.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{Alert, RootCause, Severity};
use crate::Fingerprint;

/// A change in an alert that people are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// They had not heard of it since it opened.
    Opened,
    /// It is worse than they were told, or threatens another SLA.
    Escalated,
    /// It is over.
    Resolved,
}

impl Change {
    const ALL: [Self; 3] = [Self::Opened, Self::Escalated, Self::Resolved];

    /// Name in tables, documents and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
        }
    }

    /// The change with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }
}

/// A change in one alert, and the alert as it then was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What changed.
    pub change: Change,
    /// In which alert.
    pub alert: Alert,
}

impl News {
    /// What is over comes last, what is worst and due soonest first.
    pub(super) fn urgency(&self) -> impl Ord + use<> {
        let due = Reverse(self.alert.next_deadline().map(Reverse));
        (self.change == Change::Resolved, Reverse(self.alert.severity), due, self.alert.root.clone())
    }
}

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotificationKind {
    /// One change in one alert.
    Single(Change),
    /// Several changes told together, since there have been many of one cause.
    Aggregate,
    /// A test of the routes: nothing is wrong.
    Synthetic,
}

impl NotificationKind {
    /// Name in tables, documents and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Single(change) => change.code(),
            Self::Aggregate => "aggregate",
            Self::Synthetic => "synthetic",
        }
    }

    /// The kind with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        let others = || [Self::Aggregate, Self::Synthetic].into_iter().find(|kind| kind.code() == code);
        Change::from_code(code).map(Self::Single).or_else(others)
    }
}

/// One message to people; the same whenever and wherever it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What kind of message.
    pub kind: NotificationKind,
    /// When it was decided, and as of when it is true.
    pub at: Timestamp,
    /// The changes it tells, most urgent first; a synthetic one tells none.
    pub news: Vec<News>,
}

/// Names a notification: the same in every delivery of it, so that a receiver can tell a repetition.
pub type NotificationId = Fingerprint;

impl Notification {
    /// The message that tests a route.
    pub fn synthetic(now: Timestamp) -> Self {
        Self { kind: NotificationKind::Synthetic, at: now, news: Vec::new() }
    }

    /// Its name. Its instant counts to the microsecond: finer than that a store need not keep it.
    pub fn id(&self) -> NotificationId {
        let own = [self.kind.code().to_owned(), self.at.as_microsecond().to_string()];
        let told = self.news.iter().flat_map(|News { change, alert }| {
            [change.code().to_owned(), alert.root.cause.code().to_owned(), alert.root.subject.clone()]
        });
        Fingerprint::of(own.into_iter().chain(told))
    }

    /// The severity of its worst change; a resolved alert and a test are no more than information.
    pub fn severity(&self) -> Severity {
        let bad = self.news.iter().filter(|news| news.change != Change::Resolved);
        bad.map(|news| news.alert.severity).max().unwrap_or(Severity::Info)
    }

    /// What the memory of it is: one entry for every change it tells.
    pub fn sent(&self) -> impl Iterator<Item = Sent> {
        self.news.iter().map(|News { change, alert }| Sent {
            root: alert.root.clone(),
            change: *change,
            severity: alert.severity,
            at: self.at,
        })
    }

    /// Whether none of it is true any more, given the roots with an open alert: telling it late would mislead.
    pub fn is_outdated(&self, is_open: impl Fn(&RootCause) -> bool) -> bool {
        let still_true = |news: &News| is_open(&news.alert.root) == (news.change != Change::Resolved);
        !self.news.is_empty() && !self.news.iter().any(still_true)
    }
}

/// That people were told of a change: saved before anything is sent, whatever the routes then do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Of which root.
    pub root: RootCause,
    /// What changed.
    pub change: Change,
    /// How bad it was said to be.
    pub severity: Severity,
    /// When that was decided.
    pub at: Timestamp,
}
