//! How long after something ended its results were there: phase by phase, in total, and against a promise.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// An item that went through phases after it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLatency {
    /// Its name.
    pub item: String,
    /// When it ended: from here on its results are waited for.
    pub ended_at: Timestamp,
    /// The phases it has completed.
    pub marks: Vec<Mark>,
}

/// A completed phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Which phase.
    pub phase: String,
    /// When it was completed.
    pub at: Timestamp,
}

/// What is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatencySla {
    /// The phases in their order. The promise is kept by completing the last.
    pub phases: Vec<String>,
    /// How long after an item ended that may be.
    pub within: SignedDuration,
}

impl LatencySla {
    /// The promise of the system this one replaces: within six hours.
    pub fn six_hours(phases: Vec<String>) -> Self {
        Self { phases, within: SignedDuration::from_hours(6) }
    }
}

/// How durations are distributed, by nearest rank: every figure is one that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// How many; never none.
    pub n: usize,
    /// Half of them are no longer.
    pub median: SignedDuration,
    /// Nine in ten are no longer.
    pub p90: SignedDuration,
    /// Nineteen in twenty are no longer.
    pub p95: SignedDuration,
    /// The longest.
    pub max: SignedDuration,
}

impl Distribution {
    /// The distribution of durations; nothing of none.
    pub fn of(mut durations: Vec<SignedDuration>) -> Option<Self> {
        durations.sort_unstable();
        let n = durations.len();
        let max = *durations.last()?;
        let rank = |percent: usize| durations[(n * percent).div_ceil(100) - 1];
        Some(Self { n, median: rank(50), p90: rank(90), p95: rank(95), max })
    }
}

/// How an item stands against the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemVerdict {
    /// Completed in time.
    InTime {
        /// How long it took.
        took: SignedDuration,
    },
    /// Completed too late.
    Late {
        /// How long it took.
        took: SignedDuration,
    },
    /// Not completed, and there is time left.
    Waiting {
        /// How much.
        left: SignedDuration,
    },
    /// Not completed, and it is too late.
    Overdue {
        /// By how much.
        by: SignedDuration,
    },
}

/// How long a phase took, over all items that completed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseLatency {
    /// Which phase.
    pub phase: String,
    /// How long, from the end of the phases before it.
    pub took: Distribution,
}

/// Latencies of items and how they stand against a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatencyReport {
    /// Every phase that some item completed, in order.
    pub phases: Vec<PhaseLatency>,
    /// From the end to the last phase, over the items that completed it.
    pub total: Option<Distribution>,
    /// Each item's name and verdict, in the order given.
    pub items: Vec<(String, ItemVerdict)>,
}

impl LatencyReport {
    /// How many items were completed in time.
    pub fn in_time(&self) -> usize {
        self.items.iter().filter(|(_, verdict)| matches!(verdict, ItemVerdict::InTime { .. })).count()
    }

    /// The items that broke the promise, completed or not.
    pub fn broken(&self) -> impl Iterator<Item = &str> {
        let broken = |verdict: &ItemVerdict| matches!(verdict, ItemVerdict::Late { .. } | ItemVerdict::Overdue { .. });
        self.items.iter().filter(move |(_, verdict)| broken(verdict)).map(|(item, _)| item.as_str())
    }
}

/// Measures items against a promise.
pub fn latency(items: &[ItemLatency], sla: &LatencySla, now: Timestamp) -> LatencyReport {
    let mut by_phase: BTreeMap<&str, Vec<SignedDuration>> = BTreeMap::new();
    for item in items {
        for (phase, took) in item.durations(&sla.phases) {
            by_phase.entry(phase).or_default().push(took);
        }
    }
    let phases = sla.phases.iter().filter_map(|phase| {
        let took = Distribution::of(by_phase.remove(phase.as_str())?)?;
        Some(PhaseLatency { phase: phase.clone(), took })
    });
    LatencyReport {
        phases: phases.collect(),
        total: Distribution::of(items.iter().filter_map(|item| item.total(sla)).collect()),
        items: items.iter().map(|item| (item.item.clone(), item.verdict(sla, now))).collect(),
    }
}

impl ItemLatency {
    /// How long each completed phase took after the latest of those before it. One that was done before them, or before
    /// the end, took no time.
    pub fn durations<'a>(&self, phases: &'a [String]) -> Vec<(&'a str, SignedDuration)> {
        let mut since = self.ended_at;
        let mut durations = Vec::new();
        for phase in phases {
            let Some(at) = self.mark(phase) else { continue };
            let at = at.max(since);
            durations.push((phase.as_str(), at.duration_since(since)));
            since = at;
        }
        durations
    }

    fn mark(&self, phase: &str) -> Option<Timestamp> {
        self.marks.iter().find(|mark| mark.phase == phase).map(|mark| mark.at)
    }

    /// From the end to the completion of the last phase, if it is completed.
    fn total(&self, sla: &LatencySla) -> Option<SignedDuration> {
        let done = self.mark(sla.phases.last()?)?;
        Some(done.duration_since(self.ended_at).max(SignedDuration::ZERO))
    }

    fn verdict(&self, sla: &LatencySla, now: Timestamp) -> ItemVerdict {
        match self.total(sla) {
            Some(took) if took <= sla.within => ItemVerdict::InTime { took },
            Some(took) => ItemVerdict::Late { took },
            None => {
                let left = sla.within.saturating_sub(now.duration_since(self.ended_at));
                if left.is_negative() { ItemVerdict::Overdue { by: left.abs() } } else { ItemVerdict::Waiting { left } }
            }
        }
    }
}

#[cfg(test)]
mod tests;
