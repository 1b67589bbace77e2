//! How near the forecasts of a count come: absolute and squared error, bias, and the quality of the whole law.

use serde::Serialize;

use super::sample::{Estimate, Interval, Sample};
use crate::backtest::report::rounded;

/// Errors of one contender's counts. A figure is null where it does not exist: a law's, for a number alone.
#[derive(Debug, Clone, Serialize)]
pub struct CountFigures {
    /// Rows it answered.
    pub n: usize,
    /// Mean absolute error of the median.
    pub mae: Option<f64>,
    /// Root of the mean squared error of the mean.
    pub rmse: Option<f64>,
    /// The mean less the count, on average: positive is too high.
    pub bias: Option<f64>,
    /// Mean continuous ranked probability score of the law.
    pub crps: Option<f64>,
    /// Share of counts inside the law's middle 80 %, by the randomised place.
    pub cover80: Option<f64>,
    /// Largest distance of a tenth of the law from holding a tenth of the counts.
    pub pit_max_dev: Option<f64>,
    /// Share of counts in each tenth of the law, lowest first.
    pub pit: Option<[f64; 10]>,
    /// Intervals of the figures above.
    pub interval: CountIntervals,
}

/// Intervals of [`CountFigures`].
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each is the interval of the figure of its name")]
pub struct CountIntervals {
    pub mae: Option<Interval>,
    pub rmse: Option<Interval>,
    pub bias: Option<Interval>,
    pub crps: Option<Interval>,
    pub cover80: Option<Interval>,
}

impl CountFigures {
    /// The figures of the contender at this place.
    pub(crate) fn of(sample: &Sample, contender: usize) -> Self {
        let sums = sample.sum(|row| {
            let Some(said) = row.graded.said[contender] else {
                return [0.0; 7];
            };
            let count = f64::from(row.graded.count);
            let error = said.mean - count;
            let inside = row.pits[contender].is_some_and(|pit| (0.1..0.9).contains(&pit));
            let law = said.law.map_or([0.0; 3], |law| [1.0, law.crps, f64::from(u8::from(inside))]);
            [1.0, (said.median - count).abs(), error.powi(2), error, law[0], law[1], law[2]]
        });
        let mae = |[n, absolute, ..]: &[f64; 7]| absolute / n;
        let rmse = |[n, _, squared, ..]: &[f64; 7]| (squared / n).sqrt();
        let bias = |[n, _, _, error, ..]: &[f64; 7]| error / n;
        let crps = |[.., n, crps, _]: &[f64; 7]| crps / n;
        let cover80 = |[.., n, _, inside]: &[f64; 7]| inside / n;
        let pit = pit_shares(sample, contender);
        let furthest = |shares: [f64; 10]| shares.iter().map(|share| (share - 0.1).abs()).fold(0.0, f64::max);
        Self {
            n: sums.all[0] as usize,
            mae: sums.value(mae),
            rmse: sums.value(rmse),
            bias: sums.value(bias),
            crps: sums.value(crps),
            cover80: sums.value(cover80),
            pit_max_dev: pit.and_then(|shares| rounded(furthest(shares))),
            pit: pit.map(|shares| shares.map(|share| rounded(share).unwrap_or_default())),
            interval: CountIntervals {
                mae: sums.interval(mae),
                rmse: sums.interval(rmse),
                bias: sums.interval(bias),
                crps: sums.interval(crps),
                cover80: sums.interval(cover80),
            },
        }
    }
}

/// The share of counts in each tenth of the contender's laws; nothing without a law.
fn pit_shares(sample: &Sample, contender: usize) -> Option<[f64; 10]> {
    let mut counts = [0_u32; 10];
    for pit in sample.rows().filter_map(|row| row.pits[contender]) {
        counts[((pit * 10.0) as usize).min(9)] += 1;
    }
    let total: u32 = counts.iter().sum();
    (total > 0).then(|| counts.map(|count| f64::from(count) / f64::from(total)))
}

/// A contender less a reference, on the rows both answered: negative is better than the reference.
#[derive(Debug, Clone, Serialize)]
pub struct Paired {
    /// The reference's id.
    pub reference: String,
    /// Rows both answered.
    pub n: usize,
    /// Difference of the mean absolute errors.
    pub mae: Option<Estimate>,
    /// Difference of the roots of the mean squared errors.
    pub rmse: Option<Estimate>,
    /// Difference of the CRPS, where both have laws.
    pub crps: Option<Estimate>,
}

impl Paired {
    /// The contender at one place less the one at another.
    pub(crate) fn of(sample: &Sample, contender: usize, reference: usize, name: String) -> Self {
        let sums = sample.sum(|row| {
            let said = &row.graded.said;
            let (Some(its), Some(other)) = (said[contender], said[reference]) else {
                return [0.0; 6];
            };
            let count = f64::from(row.graded.count);
            let absolute = (its.median - count).abs() - (other.median - count).abs();
            let laws = its.law.zip(other.law).map_or([0.0; 2], |(its, other)| [1.0, its.crps - other.crps]);
            [1.0, absolute, (its.mean - count).powi(2), (other.mean - count).powi(2), laws[0], laws[1]]
        });
        Self {
            reference: name,
            n: sums.all[0] as usize,
            mae: sums.estimate(|[n, absolute, ..]| absolute / n),
            rmse: sums.estimate(|[n, _, its, other, ..]| (its / n).sqrt() - (other / n).sqrt()),
            crps: sums.estimate(|[.., n, crps]| crps / n),
        }
    }
}
