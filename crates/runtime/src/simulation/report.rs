//! What a simulation tells.

use std::collections::BTreeMap;

use super::audit::Audit;
use super::faults::FaultKind;

/// A week of a simulation, or what there was of it.
#[derive(Debug, Clone)]
pub(super) struct Chapter {
    pub(super) seed: u64,
    pub(super) hours: i64,
    pub(super) events: u64,
    pub(super) struck: BTreeMap<FaultKind, u64>,
    pub(super) asked_again: u64,
    pub(super) counts: super::audit::Counts,
    pub(super) hash: u64,
    pub(super) violation: Option<Violation>,
}

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The seed under which it shows within [`hours`](Self::hours).
    pub seed: u64,
    /// How many hours to simulate.
    pub hours: i64,
    /// What was found, all at the same moment.
    pub what: Vec<String>,
    /// What happened right before, oldest first.
    pub trace: Vec<String>,
}

/// How soon the death of a process was noticed, in milliseconds, where nothing else was out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noticed {
    /// Attempts whose process had died.
    pub attempts: u64,
    /// 99 of a hundred were closed within this time.
    pub p99: i64,
    /// All were.
    pub longest: i64,
}

/// What a simulation came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Hours of work and faults; the time to settle after each week comes on top.
    pub hours: i64,
    /// Events handled.
    pub events: u64,
    /// Faults that struck.
    pub faults: BTreeMap<FaultKind, u64>,
    /// Attempts made.
    pub attempts: u64,
    /// How they ended: the outcome, or the failure's category.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Settlements that came from an attempt that was closed already, and were refused.
    pub fenced: u64,
    /// Settlements that were made again because their answer was lost.
    pub repeated: u64,
    /// Ticks of schedules that fired.
    pub fired: u64,
    /// Dead letters that only the faults had killed, and that a person asked for again.
    pub asked_again: u64,
    /// Stands for everything that happened, in order.
    pub hash: u64,
    /// The first rule that did not hold; the simulation ends there.
    pub violation: Option<Violation>,
    noticed: Vec<i64>,
}

impl Chapter {
    pub(super) fn new(seed: u64, hours: i64) -> Self {
        Self {
            seed,
            hours,
            events: 0,
            struck: BTreeMap::new(),
            asked_again: 0,
            counts: super::audit::Counts::default(),
            hash: 0,
            violation: None,
        }
    }

    /// Takes over what the audit has seen.
    pub(super) fn take(&mut self, audit: &mut Audit) {
        self.counts = std::mem::take(&mut audit.counts);
        self.hash = audit.trace.hash();
        let what = std::mem::take(&mut audit.violations);
        if !what.is_empty() {
            let trace = audit.trace.tail();
            self.violation = Some(Violation { seed: self.seed, hours: self.hours, what, trace });
        }
    }
}

impl Report {
    /// How soon deaths were noticed, if any was.
    pub fn noticed(&self) -> Option<Noticed> {
        let mut sorted = self.noticed.clone();
        sorted.sort_unstable();
        let longest = *sorted.last()?;
        Some(Noticed { attempts: sorted.len() as u64, p99: sorted[(sorted.len() * 99).div_ceil(100) - 1], longest })
    }

    pub(super) fn add(&mut self, chapter: Chapter) {
        let Chapter { hours, events, struck, asked_again, counts, hash, violation, .. } = chapter;
        self.hours += hours;
        self.events += events;
        for (kind, times) in struck {
            *self.faults.entry(kind).or_default() += times;
        }
        self.attempts += counts.attempts;
        for (outcome, times) in counts.settled {
            *self.outcomes.entry(outcome).or_default() += times;
        }
        self.fenced += counts.fenced;
        self.repeated += counts.repeated;
        self.fired += counts.fired;
        self.asked_again += asked_again;
        self.noticed.extend(counts.noticed);
        self.hash = self.hash.rotate_left(1) ^ hash;
        self.violation = violation;
    }
}
