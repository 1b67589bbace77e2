//! The health of each feature: what a slate's values are like, beside those of the thirty days before. What went wrong
//! unseen for weeks in the original was one of these: a join that left nothing, a column never filled, another unit.

use std::fmt;

use super::catalogue::Feature;
use super::vector::FeatureRow;

/// A slate is held against so many days before it.
pub const HISTORY_OF_HEALTH_DAYS: i32 = 30;

/// Fewer rows with a value than a team's players tell nothing.
const MIN_ROWS: u32 = 16;
/// So much more of a slate may lack a value than before, as a share of its rows.
const MORE_MISSING: f64 = 0.25;
/// So much more of it may be zero. Back-to-backs and lines come and go by less.
const MORE_ZEROS: f64 = 0.4;
/// A slate's mean lies within so many standard deviations of single rows; twice as far it cannot be the same thing.
const SHIFTED: f64 = 2.0;

/// A feature over some rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureSummary {
    /// Rows.
    pub rows: u32,
    /// Those without a value.
    pub missing: u32,
    /// Those whose value is zero.
    pub zeros: u32,
    /// The values that are there; nothing where there are none.
    pub values: Option<Spread>,
}

/// How numbers lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// What is odd about a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FeatureProblem {
    /// It differs between players, and is this for all of them.
    Constant(f64),
    /// Nobody has it any more.
    AllMissing,
    /// More lack it than before.
    MoreMissing,
    /// It is zero more often than before.
    MoreZeros,
    /// Its mean lies so many of the former standard deviations above the former mean; negative: below.
    Shifted(f64),
}

/// How a feature does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FeatureVerdict {
    /// As before.
    Ok,
    /// Too few rows, tonight or before, to tell.
    Unjudged,
    /// Worth a look.
    Degraded(FeatureProblem),
    /// It cannot be what it says.
    Broken(FeatureProblem),
}

/// The health of a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureHealth {
    /// Which feature.
    pub feature: Feature,
    /// The slate's rows.
    pub slate: FeatureSummary,
    /// The rows of the days before it.
    pub before: FeatureSummary,
    /// What follows.
    pub verdict: FeatureVerdict,
}

/// The health of every feature of a slate, given its rows and those of the [`HISTORY_OF_HEALTH_DAYS`] before it.
pub fn health(slate: &[FeatureRow], before: &[FeatureRow]) -> Vec<FeatureHealth> {
    Feature::ALL
        .into_iter()
        .map(|feature| {
            let (slate, before) = (FeatureSummary::of(feature, slate), FeatureSummary::of(feature, before));
            FeatureHealth { feature, slate, before, verdict: verdict(feature, &slate, &before) }
        })
        .collect()
}

impl FeatureSummary {
    fn of(feature: Feature, rows: &[FeatureRow]) -> Self {
        let values: Vec<f64> = rows.iter().filter_map(|row| row.vector.get(feature)).collect();
        let zeros = values.iter().filter(|value| **value == 0.0).count() as u32;
        let missing = (rows.len() - values.len()) as u32;
        Self { rows: rows.len() as u32, missing, zeros, values: Spread::of(&values) }
    }

    /// Share of rows without a value; of no rows, none.
    pub fn missing_share(&self) -> f64 {
        share(self.missing, self.rows)
    }

    /// Share of values that are zero; of no values, none.
    pub fn zero_share(&self) -> f64 {
        share(self.zeros, self.present())
    }

    fn present(&self) -> u32 {
        self.rows - self.missing
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

impl Spread {
    fn of(values: &[f64]) -> Option<Self> {
        let (min, max) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (value.min(min), value.max(max)));
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        (!values.is_empty()).then_some(Self { mean, deviation: variance.sqrt(), min, max })
    }
}

/// The worst that can be said.
fn verdict(feature: Feature, slate: &FeatureSummary, before: &FeatureSummary) -> FeatureVerdict {
    use FeatureProblem::{AllMissing, Constant, MoreMissing, MoreZeros, Shifted};
    use FeatureVerdict::{Broken, Degraded, Unjudged};
    if let Some(values) = slate.values
        && feature.differs_between_players()
        && slate.present() >= MIN_ROWS
        && values.min == values.max
    {
        return Broken(Constant(values.min));
    }
    if slate.rows < MIN_ROWS || before.present() < MIN_ROWS {
        return Unjudged;
    }
    let lacks_more = slate.missing_share() - before.missing_share() > MORE_MISSING;
    let Some((values, former)) = slate.values.zip(before.values) else {
        return if lacks_more { Broken(AllMissing) } else { FeatureVerdict::Ok };
    };
    let shift = if former.deviation > 0.0 { (values.mean - former.mean) / former.deviation } else { 0.0 };
    match shift.abs() {
        shifted if shifted > 2.0 * SHIFTED => Broken(Shifted(shift)),
        _ if lacks_more => Degraded(MoreMissing),
        shifted if shifted > SHIFTED => Degraded(Shifted(shift)),
        _ if slate.zero_share() - before.zero_share() > MORE_ZEROS => Degraded(MoreZeros),
        _ => FeatureVerdict::Ok,
    }
}

impl FeatureVerdict {
    /// Name in output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unjudged => "unjudged",
            Self::Degraded(_) => "degraded",
            Self::Broken(_) => "broken",
        }
    }

    /// What is odd, if anything is.
    pub fn problem(self) -> Option<FeatureProblem> {
        match self {
            Self::Ok | Self::Unjudged => None,
            Self::Degraded(problem) | Self::Broken(problem) => Some(problem),
        }
    }
}

impl fmt::Display for FeatureProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(value) => write!(f, "it is {value} for every player"),
            Self::AllMissing => f.write_str("no player has it any more"),
            Self::MoreMissing => f.write_str("more players lack it than before"),
            Self::MoreZeros => f.write_str("it is zero more often than before"),
            Self::Shifted(by) => write!(f, "its mean moved by {by:+.1} standard deviations"),
        }
    }
}

#[cfg(test)]
mod tests;
