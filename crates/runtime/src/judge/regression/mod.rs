//! Which steps have become slower from one week or month to the next.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Span};

use super::{Durations, StepDay};
use crate::StepId;

/// What is compared with the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl Period {
    /// The days of the newest period that is over by the end of `through`, and of the one before: before, newest.
    pub fn newest_two(self, through: Date) -> [RangeInclusive<Date>; 2] {
        let day_before = |date: Date| date.saturating_sub(Span::new().days(1));
        let tomorrow = through.saturating_add(Span::new().days(1));
        let not_over = self.first_of(tomorrow);
        let newest = self.first_of(day_before(not_over));
        let before = self.first_of(day_before(newest));
        [before..=day_before(newest), newest..=day_before(not_over)]
    }

    /// The first day of the period a date lies in.
    fn first_of(self, date: Date) -> Date {
        match self {
            Self::Week => date.saturating_sub(Span::new().days(date.weekday().since(Weekday::Monday))),
            Self::Month => date.first_of_month(),
        }
    }
}

/// What counts as a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegressionLimits {
    /// Fewer runs than this in either period are no measure.
    pub fewest: u64,
    /// Slower from this multiple of the mean before on.
    pub slower: f64,
    /// Faster up to this multiple.
    pub faster: f64,
    /// Nothing that changed by less is either: this is a report and pages nobody, so only noise is left out.
    pub floor: SignedDuration,
}

impl Default for RegressionLimits {
    /// A fifth slower or faster, and by ten milliseconds.
    fn default() -> Self {
        Self { fewest: 3, slower: 1.2, faster: 0.8, floor: SignedDuration::from_millis(10) }
    }
}

/// How a step's newest period compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegressionVerdict {
    /// It takes longer.
    Slower,
    /// It takes as long.
    Steady,
    /// It takes less.
    Faster,
    /// One of the periods has too few runs to tell.
    TooFewRuns,
}

/// A step in two periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// Which step.
    pub step: StepId,
    /// What its runs took in the period before; none where it had none.
    pub before: Option<Durations>,
    /// What they took in the newest period; none where it had none.
    pub newest: Option<Durations>,
    /// The newest mean time at work as a multiple of the one before.
    pub ratio: Option<f64>,
    /// What that comes to.
    pub verdict: RegressionVerdict,
}

/// Compares every step that ran in the newest whole period through a day, or in the one before it, by step.
pub fn regressions(days: &[StepDay], period: Period, through: Date, limits: &RegressionLimits) -> Vec<Regression> {
    let periods = period.newest_two(through);
    let steps: BTreeSet<&StepId> = days.iter().map(|day| &day.step).collect();
    let compared = steps.into_iter().filter_map(|step| {
        let [before, newest] = periods.each_ref().map(|period| Durations::of(step, days, period));
        before.or(newest)?;
        let ratio = before.zip(newest).map(|(before, newest)| before.ratio(newest.mean.at_work()));
        let verdict =
            before.zip(newest).map_or(RegressionVerdict::TooFewRuns, |(before, newest)| limits.judge(&before, &newest));
        Some(Regression { step: step.clone(), before, newest, ratio, verdict })
    });
    compared.collect()
}

impl RegressionLimits {
    fn judge(&self, before: &Durations, newest: &Durations) -> RegressionVerdict {
        let mean = newest.mean.at_work();
        let change = mean.saturating_sub(before.mean.at_work()).abs();
        let ratio = before.ratio(mean);
        if before.runs.min(newest.runs) < self.fewest {
            RegressionVerdict::TooFewRuns
        } else if change >= self.floor && ratio >= self.slower {
            RegressionVerdict::Slower
        } else if change >= self.floor && ratio <= self.faster {
            RegressionVerdict::Faster
        } else {
            RegressionVerdict::Steady
        }
    }
}

#[cfg(test)]
mod tests;
