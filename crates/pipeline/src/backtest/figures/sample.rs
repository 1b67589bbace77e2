//! Rows by date, and sums over them resampled by whole dates: where every interval comes from.
//!
//! Errors of one evening go together (a league-wide slow night, a trade deadline), so rows are no independent draws;
//! dates nearly are. A resample draws as many dates as there are, with replacement; a figure's 95 % interval is what the
//! middle 95 % of its resampled values span.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::Row;
use crate::backtest::report::rounded;

const RESAMPLES: usize = 500;
const SEED: u64 = 20_131_029;

/// What a figure would span if the season were played again, with 95 % probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// A figure and its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its interval; nothing where there is a single date.
    pub interval: Option<Interval>,
}

/// Rows of a population or of a slice of one, by date.
pub(crate) struct Sample<'a> {
    dates: Vec<Vec<&'a Row<'a>>>,
    /// As many draws of all dates, one after the other.
    draws: Vec<usize>,
}

impl<'a> Sample<'a> {
    /// The rows, which must be sorted by date.
    pub(crate) fn of(rows: impl Iterator<Item = &'a Row<'a>>) -> Self {
        let rows: Vec<&Row> = rows.collect();
        let dates: Vec<Vec<&Row>> =
            rows.chunk_by(|a, b| a.graded.slate == b.graded.slate).map(<[&Row]>::to_vec).collect();
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let draws = if dates.len() < 2 { 0 } else { RESAMPLES * dates.len() };
        let draws = (0..draws).map(|_| random.random_range(0..dates.len())).collect();
        Self { dates, draws }
    }

    /// The rows of each date, oldest first.
    pub(crate) fn dates(&self) -> &[Vec<&'a Row<'a>>] {
        &self.dates
    }

    /// All rows, by date.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'a Row<'a>> {
        self.dates.iter().flatten().copied()
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.dates.iter().map(Vec::len).sum()
    }

    /// The sums of what `terms` makes of each row, over all rows and over each resample.
    pub(crate) fn sum<const K: usize>(&self, terms: impl Fn(&Row) -> [f64; K]) -> Sums<K> {
        self.sum_dates(|date| total(self.dates[date].iter().map(|row| terms(row))))
    }

    /// The same, of what `terms` makes of each date by its place.
    pub(crate) fn sum_dates<const K: usize>(&self, terms: impl Fn(usize) -> [f64; K]) -> Sums<K> {
        let by_date: Vec<[f64; K]> = (0..self.dates.len()).map(terms).collect();
        let resample = |drawn: &[usize]| total(drawn.iter().map(|date| by_date[*date]));
        let resampled = self.draws.chunks(self.dates.len().max(1)).map(resample).collect();
        Sums { all: total(by_date.iter().copied()), resampled }
    }
}

/// Sums, term by term.
pub(crate) fn total<const K: usize>(terms: impl Iterator<Item = [f64; K]>) -> [f64; K] {
    terms.fold([0.0; K], |mut sums, terms| {
        for (sum, term) in sums.iter_mut().zip(terms) {
            *sum += term;
        }
        sums
    })
}

/// Sums over rows, from which figures follow.
pub(crate) struct Sums<const K: usize> {
    /// Over all rows.
    pub(crate) all: [f64; K],
    resampled: Vec<[f64; K]>,
}

impl<const K: usize> Sums<K> {
    /// A figure that follows from the sums; nothing where it is no number, as the mean over no rows.
    pub(crate) fn value(&self, figure: impl Fn(&[f64; K]) -> f64) -> Option<f64> {
        rounded(figure(&self.all))
    }

    /// A figure's interval.
    pub(crate) fn interval(&self, figure: impl Fn(&[f64; K]) -> f64) -> Option<Interval> {
        let mut values: Vec<f64> = self.resampled.iter().map(figure).filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (values.len().checked_sub(1)? as f64);
            let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
            rounded(below + place.fract() * (above - below))
        };
        Some(Interval { low: at(0.025)?, high: at(0.975)? })
    }

    /// A figure with its interval.
    pub(crate) fn estimate(&self, figure: impl Fn(&[f64; K]) -> f64 + Copy) -> Option<Estimate> {
        Some(Estimate { value: self.value(figure)?, interval: self.interval(figure) })
    }
}
