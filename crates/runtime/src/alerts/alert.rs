//! Alerts: what the conditions of one root come to, from opening to resolution.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Condition, RootCause, Severity, Threat};

/// How many subjects an alert names; the rest are counted.
const NAMED: usize = 5;

/// What is wrong with one root, from the first tick a condition held to the end of the damping time after the last.
/// Root and opening identify it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What it is about; at most one alert of a root is open.
    pub root: RootCause,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When one of its conditions was last seen to hold.
    pub held_at: Timestamp,
    /// When it was resolved; nothing while open.
    pub resolved_at: Option<Timestamp>,
    /// That of its worst condition, when one last held.
    pub severity: Severity,
    /// The SLAs its conditions threaten, by name, each with its deadline. With none, no one is told.
    pub slas: BTreeMap<String, Timestamp>,
    /// The first few subjects affected, in their order.
    pub subjects: Vec<String>,
    /// How many subjects are affected.
    pub subject_count: usize,
    /// What happened and why, in the words of the condition that explains most.
    pub message: String,
    /// What to do, in the words of the same.
    pub what_to_do: String,
    /// What people were told since it opened.
    pub told: Option<Told>,
}

/// What people were told of an open alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The worst severity.
    pub severity: Severity,
    /// The SLAs, by name.
    pub slas: BTreeSet<String>,
}

impl Alert {
    /// The alert that these conditions of one root open, or nothing without conditions.
    pub(super) fn opening(root: &RootCause, conditions: &BTreeSet<&Condition>, now: Timestamp) -> Option<Self> {
        let speaker = conditions.iter().min_by_key(|condition| precedence(root, condition))?;
        let subjects: BTreeSet<&str> = conditions.iter().map(|condition| condition.subject.as_str()).collect();
        Some(Self {
            root: root.clone(),
            opened_at: now,
            held_at: now,
            resolved_at: None,
            severity: conditions.iter().map(|condition| condition.severity).max()?,
            slas: threatened(conditions),
            subjects: subjects.iter().take(NAMED).map(|subject| (*subject).to_owned()).collect(),
            subject_count: subjects.len(),
            message: speaker.message.clone(),
            what_to_do: speaker.what_to_do.clone(),
            told: None,
        })
    }

    /// The alert as these conditions of its root leave it: what holds now replaces what held before.
    pub(super) fn held(&self, conditions: &BTreeSet<&Condition>, now: Timestamp) -> Self {
        match Self::opening(&self.root, conditions, now) {
            Some(fresh) => Self { opened_at: self.opened_at, told: self.told.clone(), ..fresh },
            None => self.clone(),
        }
    }

    /// Notes that people are told of it as it stands.
    pub(super) fn note_told(&mut self) {
        let mut slas: BTreeSet<String> = self.slas.keys().cloned().collect();
        let before = self.told.take();
        let severity = before.as_ref().map_or(self.severity, |told| told.severity.max(self.severity));
        slas.extend(before.into_iter().flat_map(|told| told.slas));
        self.told = Some(Told { severity, slas });
    }

    /// The threatened SLAs and their deadlines, the first due first.
    pub fn slas_by_deadline(&self) -> Vec<(&str, Timestamp)> {
        let mut slas: Vec<_> = self.slas.iter().map(|(what, deadline)| (what.as_str(), *deadline)).collect();
        slas.sort_by_key(|(what, deadline)| (*deadline, *what));
        slas
    }

    /// The first deadline.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        self.slas.values().min().copied()
    }
}

/// Who speaks for an alert: the root's own condition, then the worst, then the one with least time; the rest of the
/// order only makes it one.
fn precedence<'a>(root: &RootCause, condition: &'a Condition) -> impl Ord + use<'a> {
    let follows = condition.cause != root.cause || condition.subject != root.subject;
    let due = match condition.threatens {
        Threat::Nothing => None,
        Threat::Sla { deadline, .. } => Some(Reverse(deadline)),
    };
    (follows, Reverse(condition.severity), Reverse(due), condition)
}

/// The SLAs in danger, each with its earliest deadline.
fn threatened(conditions: &BTreeSet<&Condition>) -> BTreeMap<String, Timestamp> {
    let mut slas = BTreeMap::new();
    for condition in conditions {
        if let Threat::Sla { deadline, what } = &condition.threatens {
            let due = slas.entry(what.clone()).or_insert(*deadline);
            *due = (*due).min(*deadline);
        }
    }
    slas
}
