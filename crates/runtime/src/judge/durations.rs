//! What runs took: part by part, by day and step, and over several days.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::{Attempt, StepId};

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Ready, and waiting to be taken up.
    Wait,
    /// Reading its inputs.
    Fetch,
    /// Computing.
    Compute,
    /// Committing its rows.
    Write,
}

impl Part {
    /// The parts in which a run works.
    pub const AT_WORK: [Self; 3] = [Self::Fetch, Self::Compute, Self::Write];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Fetch => "fetch",
            Self::Compute => "compute",
            Self::Write => "write",
        }
    }
}

/// A duration for each part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// Ready, and waiting to be taken up.
    pub wait: SignedDuration,
    /// Reading its inputs.
    pub fetch: SignedDuration,
    /// Computing.
    pub compute: SignedDuration,
    /// Committing its rows.
    pub write: SignedDuration,
}

impl Parts {
    /// The duration of one part.
    pub fn of(&self, part: Part) -> SignedDuration {
        match part {
            Part::Wait => self.wait,
            Part::Fetch => self.fetch,
            Part::Compute => self.compute,
            Part::Write => self.write,
        }
    }

    /// How long the run was at work: everything but the wait, which is not its fault.
    pub fn at_work(&self) -> SignedDuration {
        self.fetch.saturating_add(self.compute).saturating_add(self.write)
    }

    fn map(self, change: impl Fn(SignedDuration) -> SignedDuration) -> Self {
        Self {
            wait: change(self.wait),
            fetch: change(self.fetch),
            compute: change(self.compute),
            write: change(self.write),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            wait: self.wait.saturating_add(other.wait),
            fetch: self.fetch.saturating_add(other.fetch),
            compute: self.compute.saturating_add(other.compute),
            write: self.write.saturating_add(other.write),
        }
    }
}

impl From<&Attempt> for Parts {
    fn from(attempt: &Attempt) -> Self {
        Self {
            wait: attempt.started_at.duration_since(attempt.ready_at).max(SignedDuration::ZERO),
            fetch: attempt.timing.fetch,
            compute: attempt.timing.compute,
            write: attempt.timing.write,
        }
    }
}

/// A successful run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSample {
    /// Of which step.
    pub step: StepId,
    /// The day it counts for.
    pub day: Date,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long each part took.
    pub parts: Parts,
    /// How long the attempt may take; zero where nothing limits it.
    pub attempt_deadline: SignedDuration,
}

impl RunSample {
    /// An attempt as a run, on the day (UTC) on which it ended; nothing while it is open.
    pub fn of(attempt: &Attempt, attempt_deadline: SignedDuration) -> Option<Self> {
        let ended_at = attempt.ended_at?;
        let day = ended_at.to_zoned(TimeZone::UTC).date();
        Some(Self { step: attempt.key.step.clone(), day, ended_at, parts: attempt.into(), attempt_deadline })
    }
}

/// The successful runs of a step on one day, added up.
#[derive(Debug, Clone, PartialEq)]
pub struct StepDay {
    /// Which step.
    pub step: StepId,
    /// Which day.
    pub day: Date,
    /// How many runs.
    pub runs: u64,
    /// The sums of their parts.
    pub sums: Parts,
    /// The sum of the squares of their times at work, in square milliseconds.
    pub squares: f64,
    /// The longest of their times at work.
    pub longest: SignedDuration,
}

/// Adds runs up by step and day: what a store's statement that does so must return.
pub fn by_day(runs: &[RunSample]) -> Vec<StepDay> {
    let mut days: BTreeMap<(StepId, Date), StepDay> = BTreeMap::new();
    for run in runs {
        let at_work = run.parts.at_work();
        let day = days.entry((run.step.clone(), run.day)).or_insert_with(|| StepDay {
            step: run.step.clone(),
            day: run.day,
            runs: 0,
            sums: Parts::default(),
            squares: 0.0,
            longest: SignedDuration::ZERO,
        });
        day.runs += 1;
        day.sums = day.sums.plus(run.parts);
        day.squares += at_work.as_millis_f64().powi(2);
        day.longest = day.longest.max(at_work);
    }
    days.into_values().collect()
}

/// What the successful runs of a step took over some days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Durations {
    /// How many runs; never none.
    pub runs: u64,
    /// The mean of each part.
    pub mean: Parts,
    /// The standard deviation of the times at work (n - 1); none for a single run.
    pub deviation: Option<SignedDuration>,
    /// The longest time at work.
    pub longest: SignedDuration,
}

impl Durations {
    /// The runs of `step` on the days of a period; nothing where there were none.
    pub fn of(step: &StepId, days: &[StepDay], period: &RangeInclusive<Date>) -> Option<Self> {
        let days = days.iter().filter(|day| day.step == *step && period.contains(&day.day));
        let (mut runs, mut sums, mut squares, mut longest) = (0, Parts::default(), 0.0, SignedDuration::ZERO);
        for day in days {
            runs += day.runs;
            sums = sums.plus(day.sums);
            squares += day.squares;
            longest = longest.max(day.longest);
        }
        if runs == 0 {
            return None;
        }
        let count = runs as f64;
        let mean = sums.map(|sum| sum.div_f64(count));
        let sum = sums.at_work().as_millis_f64();
        // Rounding may leave equal runs a hair below zero; a single run divides by zero and has no deviation.
        let variance = (squares - sum * sum / count).max(0.0) / (count - 1.0);
        let deviation = SignedDuration::try_from_secs_f64(variance.sqrt() / 1000.0).ok();
        Some(Self { runs, mean, deviation, longest })
    }

    /// What about nine runs in ten stay below: 1.2816 deviations above the mean, as if they scattered normally, and
    /// never more than the longest.
    pub fn p90(&self) -> SignedDuration {
        let spread = 1.2816 * self.deviation.unwrap_or_default().as_secs_f64();
        let p90 = SignedDuration::try_from_secs_f64(self.mean.at_work().as_secs_f64() + spread);
        p90.unwrap_or(self.longest).min(self.longest)
    }

    /// How many times as long `duration` is as the mean time at work. A mean below a millisecond, which nothing here
    /// resolves, counts as one.
    pub(super) fn ratio(&self, duration: SignedDuration) -> f64 {
        duration.div_duration_f64(self.mean.at_work().max(SignedDuration::from_millis(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARCH: RangeInclusive<Date> = Date::constant(2026, 3, 1)..=Date::constant(2026, 3, 31);

    fn seconds(parts: [i64; 4]) -> Parts {
        let [wait, fetch, compute, write] = parts.map(SignedDuration::from_secs);
        Parts { wait, fetch, compute, write }
    }

    fn run(step: &str, day: i8, parts: [i64; 4]) -> RunSample {
        RunSample {
            step: step.into(),
            day: Date::constant(2026, 3, day),
            ended_at: Timestamp::UNIX_EPOCH,
            parts: seconds(parts),
            attempt_deadline: SignedDuration::ZERO,
        }
    }

    /// What runs that only compute took.
    fn computing(durations: &[i64]) -> Option<Durations> {
        let runs: Vec<RunSample> = durations.iter().map(|seconds| run("roast", 1, [0, 0, *seconds, 0])).collect();
        Durations::of(&"roast".into(), &by_day(&runs), &MARCH)
    }

    #[test]
    fn runs_are_added_up_by_step_and_day() {
        let runs = [
            run("roast", 1, [9, 1, 2, 3]),
            run("grind", 1, [0; 4]),
            run("roast", 1, [1, 0, 4, 0]),
            run("roast", 2, [0, 0, 1, 0]),
        ];
        let days = by_day(&runs);
        let found: Vec<_> = days.iter().map(|day| (day.step.as_str(), day.day.day(), day.runs)).collect();
        assert_eq!(found, [("grind", 1, 1), ("roast", 1, 2), ("roast", 2, 1)]);
        assert_eq!(days[1].sums, seconds([10, 1, 6, 3]));
        assert_eq!(days[1].squares, 6000.0 * 6000.0 + 4000.0 * 4000.0, "of the time at work, in milliseconds");
        assert_eq!(days[1].longest, SignedDuration::from_secs(6));
    }

    #[test]
    fn mean_and_deviation_are_over_runs_and_not_over_days() {
        let runs = [run("roast", 1, [3, 0, 2, 0]), run("roast", 1, [3, 1, 2, 1]), run("roast", 2, [0, 2, 2, 2])];
        let took = Durations::of(&"roast".into(), &by_day(&runs), &MARCH).unwrap();
        assert_eq!((took.runs, took.mean), (3, seconds([2, 1, 2, 1])));
        assert_eq!(took.deviation, Some(SignedDuration::from_secs(2)), "of 2, 4 and 6: the root of (4 + 0 + 4) / 2");
        assert_eq!(took.longest, SignedDuration::from_secs(6));
    }

    #[test]
    fn no_run_is_no_measure_and_one_has_no_deviation() {
        assert_eq!(computing(&[]), None);
        let one = computing(&[5]).unwrap();
        assert_eq!((one.runs, one.deviation, one.p90()), (1, None, SignedDuration::from_secs(5)));
        assert_eq!(computing(&[5, 5, 5]).unwrap().deviation, Some(SignedDuration::ZERO));
    }

    #[test]
    fn nine_in_ten_lie_below_the_mean_and_a_bit_and_never_above_the_longest() {
        let spread = computing(&[2, 2, 2, 10]).unwrap();
        assert_eq!(spread.deviation, Some(SignedDuration::from_secs(4)), "the root of (4 + 4 + 4 + 36) / 3");
        assert!((spread.p90().as_secs_f64() - 9.1264).abs() < 1e-9, "4 + 1.2816 * 4");
        assert_eq!(computing(&[2, 4, 6]).unwrap().p90(), SignedDuration::from_secs(6), "4 + 1.2816 * 2 is above");
    }

    #[test]
    fn a_mean_of_nothing_counts_as_a_millisecond() {
        let nothing = computing(&[0, 0, 0]).unwrap();
        assert_eq!(nothing.ratio(SignedDuration::ZERO), 0.0);
        assert_eq!(nothing.ratio(SignedDuration::from_secs(2)), 2000.0);
    }
}
