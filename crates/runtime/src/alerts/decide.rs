//! The decision: from what is open, what holds now and what was told, to what opens, what is over and what to tell.
//!
//! People are told when the state of a root changes, never because a tick passed. In order:
//!
//! 1. Conditions are grouped by root cause. A root with conditions and no open alert opens one; an open alert whose root
//!    has none is resolved once nothing has held for the damping time, and until then stays as it was.
//! 2. An alert that threatens no SLA is never told.
//! 3. An open alert is told if it is worse than people were told, in this opening or within the cooldown; or if it
//!    threatens an SLA they were not told of in this opening, and nothing bad was told of its root within the cooldown.
//!    So one that opened again silently is told when the cooldown ends, if it is still open then.
//! 4. A resolution is told if the alert was.
//! 5. Of one root at most `per_hour` changes are told in an hour, of any kind. Another opening or escalation waits for
//!    its turn; a resolution beyond it is not told.
//! 6. Once more than `aggregate_after` changes of one cause come together within an hour, over all roots, those of a tick
//!    are told in one message.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::policy::HOUR;
use super::{Alert, Cause, Change, Condition, News, Notification, NotificationKind, Policy, RootCause, Sent, Severity};

/// What a tick comes to: to be saved whole before anything is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Alerts that begin.
    pub opened: Vec<Alert>,
    /// Alerts that stay open, as they are now.
    pub continued: Vec<Alert>,
    /// Alerts that are over.
    pub resolved: Vec<Alert>,
    /// What to tell people, most urgent first.
    pub notifications: Vec<Notification>,
}

/// Decides one tick. Total, and the same for the same arguments in any order. `open` holds the alerts not resolved, `recent`
/// what was told within [`Policy::memory`].
pub fn decide(open: &[Alert], conditions: &[Condition], recent: &[Sent], policy: &Policy, now: Timestamp) -> Decisions {
    let memory = Memory { recent, policy, now };
    let mut roots: BTreeMap<RootCause, BTreeSet<&Condition>> = BTreeMap::new();
    for condition in conditions {
        roots.entry(condition.root_cause()).or_default().insert(condition);
    }
    let mut open: Vec<&Alert> = open.iter().collect();
    open.sort_by_key(|alert| &alert.root);
    let mut decisions = Decisions::default();
    for alert in open {
        match roots.remove(&alert.root) {
            Some(conditions) => decisions.continued.push(alert.held(&conditions, now)),
            None if within(alert.held_at, now, policy.damping) => decisions.continued.push(alert.clone()),
            None => decisions.resolved.push(Alert { resolved_at: Some(now), ..alert.clone() }),
        }
    }
    decisions.opened = roots.iter().filter_map(|(root, conditions)| Alert::opening(root, conditions, now)).collect();
    let news = memory.news(&mut decisions);
    decisions.notifications = memory.gather(news);
    decisions
}

/// Whether an instant lies within so long of now. One in the future, which a clock that was set back leaves behind, counts by
/// its distance too: it must not silence anybody for longer.
fn within(at: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    now.duration_since(at).abs() < span
}

/// What was told, as of now.
struct Memory<'a> {
    recent: &'a [Sent],
    policy: &'a Policy,
    now: Timestamp,
}

impl Memory<'_> {
    /// The changes to tell; notes in the alerts that they are told.
    fn news(&self, decisions: &mut Decisions) -> Vec<News> {
        let mut news = Vec::new();
        for alert in decisions.opened.iter_mut().chain(&mut decisions.continued) {
            if let Some(change) = self.change(alert) {
                alert.note_told();
                news.push(News { change, alert: alert.clone() });
            }
        }
        let told = decisions.resolved.iter().filter(|alert| alert.told.is_some() && !self.is_spent(&alert.root));
        news.extend(told.map(|alert| News { change: Change::Resolved, alert: alert.clone() }));
        news
    }

    /// What people are to be told of an open alert, if anything (rules 2, 3 and 5).
    fn change(&self, alert: &Alert) -> Option<Change> {
        if alert.slas.is_empty() || self.is_spent(&alert.root) {
            return None;
        }
        let lately = self.told_lately(&alert.root);
        let is_untold = |sla| alert.told.as_ref().is_none_or(|told| !told.slas.contains(sla));
        let is_worse = Some(alert.severity) > lately.max(alert.told.as_ref().map(|told| told.severity));
        let is_further = lately.is_none() && alert.slas.keys().any(is_untold);
        let change = if alert.told.is_none() { Change::Opened } else { Change::Escalated };
        (is_worse || is_further).then_some(change)
    }

    /// The worst severity told of a root within the cooldown; good news is no reason to be silent.
    fn told_lately(&self, root: &RootCause) -> Option<Severity> {
        let bad = self.recent.iter().filter(|sent| sent.root == *root && sent.change != Change::Resolved);
        bad.filter(|sent| within(sent.at, self.now, self.policy.cooldown)).map(|sent| sent.severity).max()
    }

    /// Whether as much was told of a root as may be in an hour.
    fn is_spent(&self, root: &RootCause) -> bool {
        self.last_hour().filter(|sent| sent.root == *root).count() >= self.policy.per_hour
    }

    fn last_hour(&self) -> impl Iterator<Item = &Sent> {
        self.recent.iter().filter(|sent| within(sent.at, self.now, HOUR))
    }

    /// Messages for the changes: one each, or one for all of a cause (rule 6).
    fn gather(&self, news: Vec<News>) -> Vec<Notification> {
        let mut causes: BTreeMap<Cause, Vec<News>> = BTreeMap::new();
        for item in news {
            causes.entry(item.alert.root.cause).or_default().push(item);
        }
        let mut notifications = Vec::new();
        for (cause, mut news) in causes {
            let before = self.last_hour().filter(|sent| sent.root.cause == cause).count();
            let message = |kind, news| Notification { kind, at: self.now, news };
            if before + news.len() > self.policy.aggregate_after {
                news.sort_by_cached_key(News::urgency);
                notifications.push(message(NotificationKind::Aggregate, news));
            } else {
                let single = |item: News| message(NotificationKind::Single(item.change), vec![item]);
                notifications.extend(news.into_iter().map(single));
            }
        }
        notifications.sort_by_cached_key(|notification| notification.news.first().map(News::urgency));
        notifications
    }
}
