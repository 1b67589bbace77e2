//! Whether a step has become slow: its newest run against the week before, against its deadline, and its newest days
//! against that week.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::{SignedDuration, Span};

use super::{Durations, Part, RunSample, Severity, StepDay, Threshold};
use crate::StepId;

/// What counts as slow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlowdownLimits {
    /// Days before the newest run's own that its step is measured by.
    pub days: i32,
    /// The newest of those, which show a trend.
    pub recent_days: i32,
    /// Fewer runs than this are no measure.
    pub fewest: u64,
    /// The newest run, as a multiple of the mean.
    pub ratio: Threshold,
    /// The newest run, as a share of its deadline.
    pub share_of_deadline: Threshold,
    /// The recent days' mean, as a multiple of all days'.
    pub trend: Threshold,
    /// Nothing that takes less than this longer than the mean is slow: 12 ms are no news after 4.
    pub floor: SignedDuration,
    /// Nor what takes longer by less than this share of the deadline, where that is shorter than the floor.
    pub floor_of_deadline: f64,
}

impl Default for SlowdownLimits {
    /// Those of the system this one replaces, and a floor of a second or a tenth of the deadline, which it lacked.
    fn default() -> Self {
        Self {
            days: 7,
            recent_days: 3,
            fewest: 3,
            ratio: Threshold { warning: 2.0, critical: 3.0 },
            share_of_deadline: Threshold { warning: 0.75, critical: 0.9 },
            trend: Threshold { warning: 1.2, critical: 1.5 },
            floor: SignedDuration::from_secs(1),
            floor_of_deadline: 0.1,
        }
    }
}

impl SlowdownLimits {
    /// The least excess over the mean that counts, in a run with this deadline.
    fn least_excess(&self, deadline: SignedDuration) -> SignedDuration {
        if deadline.is_positive() && deadline.as_secs_f64() * self.floor_of_deadline < self.floor.as_secs_f64() {
            deadline.mul_f64(self.floor_of_deadline)
        } else {
            self.floor
        }
    }
}

/// Something slow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// The newest run took much longer than the mean.
    Slower {
        /// How bad that is.
        severity: Severity,
        /// As a multiple of the mean.
        ratio: f64,
        /// The part that grew most.
        part: Part,
        /// By how much that part exceeds its own mean.
        excess: SignedDuration,
    },
    /// The newest run came close to its deadline.
    NearDeadline {
        /// How bad that is.
        severity: Severity,
        /// The share of the deadline it took.
        share: f64,
    },
    /// The step grows slower by the day.
    Creeping {
        /// How bad that is.
        severity: Severity,
        /// The recent days' mean, as a multiple of all days'.
        trend: f64,
    },
}

impl Finding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Slower { severity, .. } | Self::NearDeadline { severity, .. } | Self::Creeping { severity, .. } => {
                *severity
            }
        }
    }
}

/// How a step's newest run compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Slowdown {
    /// Which step.
    pub step: StepId,
    /// How long its newest run was at work.
    pub newest: SignedDuration,
    /// What the runs of the days before took; none where they were too few.
    pub baseline: Option<Durations>,
    /// The newest run as a multiple of their mean.
    pub ratio: Option<f64>,
    /// How many standard deviations it lies above their mean; none where they do not differ.
    pub z: Option<f64>,
    /// The share of its deadline that it took; none without a deadline.
    pub share_of_deadline: Option<f64>,
    /// The recent days' mean as a multiple of all days'; none where their runs were too few.
    pub trend: Option<f64>,
    /// The worst of the findings.
    pub severity: Severity,
    /// What is slow.
    pub findings: Vec<Finding>,
}

/// Compares a step's newest successful run with those of the days before its own.
pub fn slowdown(newest: &RunSample, days: &[StepDay], limits: &SlowdownLimits) -> Slowdown {
    let at_work = newest.parts.at_work();
    let measure = |count| {
        Durations::of(&newest.step, days, &days_before(newest.day, count)).filter(|found| found.runs >= limits.fewest)
    };
    let baseline = measure(limits.days);
    let recent = measure(limits.recent_days);
    let least = limits.least_excess(newest.attempt_deadline);
    let share_of_deadline =
        newest.attempt_deadline.is_positive().then(|| at_work.div_duration_f64(newest.attempt_deadline));
    let slower = baseline.and_then(|baseline| slower(newest, &baseline, least, limits.ratio));
    let near =
        share_of_deadline.map(|share| Finding::NearDeadline { severity: limits.share_of_deadline.judge(share), share });
    let creeping =
        baseline.zip(recent).and_then(|(baseline, recent)| creeping(&recent, &baseline, least, limits.trend));
    let findings: Vec<Finding> =
        [slower, near, creeping].into_iter().flatten().filter(|finding| finding.severity() > Severity::Fine).collect();
    Slowdown {
        step: newest.step.clone(),
        newest: at_work,
        baseline,
        ratio: baseline.map(|baseline| baseline.ratio(at_work)),
        z: baseline.and_then(|baseline| z(at_work, &baseline)),
        share_of_deadline,
        trend: baseline.zip(recent).map(|(baseline, recent)| baseline.ratio(recent.mean.at_work())),
        severity: findings.iter().map(Finding::severity).max().unwrap_or(Severity::Fine),
        findings,
    }
}

fn days_before(day: Date, count: i32) -> RangeInclusive<Date> {
    let before = |days| day.saturating_sub(Span::new().days(days));
    before(count)..=before(1)
}

fn slower(newest: &RunSample, baseline: &Durations, least: SignedDuration, limit: Threshold) -> Option<Finding> {
    let at_work = newest.parts.at_work();
    let excess = |part| newest.parts.of(part).saturating_sub(baseline.mean.of(part));
    let part = Part::AT_WORK.into_iter().max_by_key(|part| excess(*part))?;
    let ratio = baseline.ratio(at_work);
    (at_work.saturating_sub(baseline.mean.at_work()) >= least).then(|| Finding::Slower {
        severity: limit.judge(ratio),
        ratio,
        part,
        excess: excess(part),
    })
}

fn creeping(recent: &Durations, baseline: &Durations, least: SignedDuration, limit: Threshold) -> Option<Finding> {
    let mean = recent.mean.at_work();
    let trend = baseline.ratio(mean);
    (mean.saturating_sub(baseline.mean.at_work()) >= least)
        .then(|| Finding::Creeping { severity: limit.judge(trend), trend })
}

fn z(at_work: SignedDuration, baseline: &Durations) -> Option<f64> {
    let deviation = baseline.deviation.filter(SignedDuration::is_positive)?;
    Some(at_work.saturating_sub(baseline.mean.at_work()).div_duration_f64(deviation))
}

#[cfg(test)]
mod tests;
