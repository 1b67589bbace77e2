//! The law around a predicted mean, learned from how earlier means were missed.
//!
//! Misses of earlier slates are divided by a scale (how far off this kind of row usually is) and sorted into overlapping
//! bins of the predicted mean. The law of a new row is the distribution of the standardised misses at its mean, between the
//! two nearest bins, stretched by its own scale. Unlike a textbook law it knows that a starter who is hurt early counts
//! nearly nothing. A hundredth of a negative binomial keeps mass at every count.

use crate::inputs::{Input, Inputs};
use crate::{CountLaw, VarianceCurve};

/// What the scale is a linear function of.
pub const TERMS: usize = 6;
/// Bins of the predicted mean, and the share of all rows that each holds.
const BINS: usize = 14;
const BIN_SHARE: f64 = 0.14;
/// Probabilities at which the distribution of a bin is kept.
const STEPS: usize = 100;
/// A law is not learned from fewer misses.
const MIN_MISSES: usize = 1_000;
/// Nobody is predicted closer than this.
const LEAST_SCALE: f64 = 0.2;
/// Laws end here at the latest.
const MOST: f64 = 200.0;
/// The negative binomial's share.
const TEXTBOOK_SHARE: f64 = 0.01;

/// A predicted mean, what its scale follows from, and what was counted.
#[derive(Debug, Clone, Copy)]
pub struct Miss {
    /// The predicted mean.
    pub mean: f64,
    /// See [`scale_terms`].
    pub terms: [f64; TERMS],
    /// What was counted.
    pub count: f64,
}

/// What a row's scale follows from, besides its mean: how much the player's counts and minutes vary.
pub fn scale_terms(mean: f64, inputs: &Inputs) -> [f64; TERMS] {
    let known = |input: Input, otherwise: f64| inputs.get(input).unwrap_or(otherwise);
    let root = mean.max(0.0).sqrt();
    [
        1.0,
        root,
        mean,
        known(Input::CountDeviation, root),
        known(Input::MinutesDeviation, 6.0),
        known(Input::MinutesAverage10, 20.0),
    ]
}

/// The law around means of one system.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidualLaw {
    scale: [f64; TERMS],
    /// By mean, rising: the mean of the bin, and its standardised misses at evenly spaced probabilities.
    bins: Vec<(f64, Vec<f64>)>,
}

impl ResidualLaw {
    /// From earlier misses; nothing where there are too few.
    pub fn learn(misses: &[Miss]) -> Option<Self> {
        if misses.len() < MIN_MISSES {
            return None;
        }
        let scale = least_squares(misses)?;
        let mut misses: Vec<(f64, f64, f64)> =
            misses.iter().map(|miss| (miss.mean, scale_of(&scale, &miss.terms), miss.count)).collect();
        misses.sort_by(|a, b| a.0.total_cmp(&b.0));
        let width = (misses.len() as f64 * BIN_SHARE) as usize;
        let bins = (0..BINS).map(|bin| {
            let start = (misses.len() - width) * bin / (BINS - 1);
            let members = &misses[start..start + width];
            let mean = members.iter().map(|miss| miss.0).sum::<f64>() / width as f64;
            (mean, quantiles(members))
        });
        Some(Self { scale, bins: bins.collect() })
    }

    /// Its parameters, for writing them down: the scale's coefficients, and each bin's mean and quantiles.
    pub fn parameters(&self) -> (&[f64; TERMS], &[(f64, Vec<f64>)]) {
        (&self.scale, &self.bins)
    }

    /// A law read back from its parameters; nothing unless they can be those of one.
    pub fn from_parameters(scale: [f64; TERMS], bins: Vec<(f64, Vec<f64>)>) -> Option<Self> {
        let rising = |values: &[f64]| values.windows(2).all(|pair| pair[0] <= pair[1]);
        let means: Vec<f64> = bins.iter().map(|(mean, _)| *mean).collect();
        let sound = bins.len() >= 2
            && rising(&means)
            && bins.iter().all(|(_, quantiles)| quantiles.len() == STEPS + 1 && rising(quantiles));
        sound.then_some(Self { scale, bins })
    }

    /// The law around a mean.
    pub fn around(&self, mean: f64, terms: &[f64; TERMS]) -> CountLaw {
        let mean = mean.max(0.0);
        let scale = scale_of(&self.scale, terms);
        let above = self.bins.partition_point(|(bin, _)| *bin < mean).clamp(1, self.bins.len() - 1);
        let ((low, lower), (high, higher)) = (&self.bins[above - 1], &self.bins[above]);
        let share = if high > low { ((mean - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
        let mut mass = Vec::with_capacity(64);
        let (mut below, mut count) = (0.0, 0.0_f64);
        while below < 1.0 && count < MOST {
            let z = (count + 0.5 - mean) / scale;
            let through = (1.0 - share) * cumulative(lower, z) + share * cumulative(higher, z);
            mass.push((through - below).max(0.0));
            below = through.max(below);
            count += 1.0;
        }
        *mass.last_mut().expect("nobody counts less than nothing") += 1.0 - below;
        let learned = CountLaw::from_mass(mass).expect("a distribution ends at one");
        let textbook = CountLaw::negative_binomial(mean, VarianceCurve::new(1.0, 1.0 + scale * scale / mean.max(0.3)));
        CountLaw::mixture(&[(1.0 - TEXTBOOK_SHARE, &learned), (TEXTBOOK_SHARE, &textbook)])
    }
}

fn scale_of(coefficients: &[f64; TERMS], terms: &[f64; TERMS]) -> f64 {
    coefficients.iter().zip(terms).map(|(coefficient, term)| coefficient * term).sum::<f64>().max(LEAST_SCALE)
}

/// The coefficients whose sum comes closest to the misses' sizes.
fn least_squares(misses: &[Miss]) -> Option<[f64; TERMS]> {
    let mut normal = [[0.0; TERMS + 1]; TERMS];
    for miss in misses {
        let size = (miss.count - miss.mean).abs();
        for (row, left) in normal.iter_mut().zip(miss.terms) {
            for (cell, right) in row.iter_mut().zip(miss.terms) {
                *cell += left * right;
            }
            row[TERMS] += left * size;
        }
    }
    for (index, row) in normal.iter_mut().enumerate() {
        row[index] += 1e-6 * misses.len() as f64;
    }
    solve(normal)
}

/// Gaussian elimination with row exchange.
fn solve(mut rows: [[f64; TERMS + 1]; TERMS]) -> Option<[f64; TERMS]> {
    for column in 0..TERMS {
        let pivot = (column..TERMS).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let head = rows[column];
        if head[column].abs() < 1e-12 {
            return None;
        }
        for (index, row) in rows.iter_mut().enumerate() {
            if index != column {
                let factor = row[column] / head[column];
                row.iter_mut().zip(head).for_each(|(cell, top)| *cell -= factor * top);
            }
        }
    }
    Some(std::array::from_fn(|index| rows[index][TERMS] / rows[index][index]))
}

/// A count stands for everything from half below to half above it: five points of it, evenly.
const POINTS: [f64; 5] = [-0.4, -0.2, 0.0, 0.2, 0.4];

/// The standardised misses of a bin at evenly spaced probabilities, both ends included.
fn quantiles(members: &[(f64, f64, f64)]) -> Vec<f64> {
    let mut misses: Vec<f64> =
        members.iter().flat_map(|(mean, scale, count)| POINTS.map(|point| (count + point - mean) / scale)).collect();
    misses.sort_by(f64::total_cmp);
    let last = misses.len() - 1;
    (0..=STEPS)
        .map(|step| {
            let at = last as f64 * step as f64 / STEPS as f64;
            let (low, share) = (at.floor() as usize, at.fract());
            misses[low] + share * (misses[(low + 1).min(last)] - misses[low])
        })
        .collect()
}

/// The probability of at most `z`.
fn cumulative(quantiles: &[f64], z: f64) -> f64 {
    let above = quantiles.partition_point(|quantile| *quantile <= z);
    if above == 0 {
        return 0.0;
    }
    if above == quantiles.len() {
        return 1.0;
    }
    let (low, high) = (quantiles[above - 1], quantiles[above]);
    let share = if high > low { (z - low) / (high - low) } else { 0.0 };
    (above as f64 - 1.0 + share) / STEPS as f64
}

#[cfg(test)]
mod tests {
    use domain::Probability;

    use super::*;

    /// Misses of players whose counts are negative binomial around their means, drawn evenly from the law.
    fn misses() -> Vec<Miss> {
        let spread = VarianceCurve::new(4.0, 2.0);
        let draws = |mean: f64| {
            let law = CountLaw::negative_binomial(mean, spread);
            (0..100).map(move |draw| f64::from(law.quantile(Probability::clamped((f64::from(draw) + 0.5) / 100.0))))
        };
        let means = (0..60).map(|step| 2.0 + f64::from(step) * 0.5);
        means.flat_map(|mean| draws(mean).map(move |count| Miss { mean, terms: terms(mean), count })).collect()
    }

    fn terms(mean: f64) -> [f64; TERMS] {
        scale_terms(mean, &Inputs::unknown())
    }

    #[test]
    fn a_law_is_found_again_in_its_misses() {
        let learned = ResidualLaw::learn(&misses()).unwrap();
        for mean in [5.0, 12.0, 25.0] {
            let law = learned.around(mean, &terms(mean));
            let truth = CountLaw::negative_binomial(mean, VarianceCurve::new(4.0, 2.0));
            assert!((law.mean() - truth.mean()).abs() < 0.35, "{mean}: {}", law.mean());
            let (got, expected) = (law.standard_deviation(), truth.standard_deviation());
            assert!((got / expected - 1.0).abs() < 0.08, "{mean}: {got} instead of {expected}");
            for p in [0.1, 0.5, 0.9].map(Probability::clamped) {
                assert!(law.quantile(p).abs_diff(truth.quantile(p)) <= 1, "{mean} at {}", p.get());
            }
        }
    }

    #[test]
    fn means_that_lie_too_high_are_corrected_by_the_law() {
        let high: Vec<Miss> = misses().into_iter().map(|miss| Miss { mean: miss.mean + 2.0, ..miss }).collect();
        let law = ResidualLaw::learn(&high).unwrap().around(17.0, &terms(17.0));
        assert!((law.mean() - 15.0).abs() < 0.5, "{}", law.mean());
    }

    #[test]
    fn there_is_mass_at_every_count_however_odd_the_mean() {
        let learned = ResidualLaw::learn(&misses()).unwrap();
        for mean in [-3.0, 0.0, 0.4, 9.0, 70.0] {
            let law = learned.around(mean, &terms(mean));
            assert!(law.mass().iter().all(|mass| *mass > 0.0), "{mean}");
            assert!((law.mass().iter().sum::<f64>() - 1.0).abs() < 1e-9, "{mean}");
        }
    }

    #[test]
    fn parameters_read_back_and_damaged_ones_do_not() {
        let learned = ResidualLaw::learn(&misses()).unwrap();
        let (scale, bins) = learned.parameters();
        assert_eq!(ResidualLaw::from_parameters(*scale, bins.to_vec()), Some(learned.clone()));
        let mut falling = bins.to_vec();
        falling[3].1.reverse();
        assert_eq!(ResidualLaw::from_parameters(*scale, falling), None);
        assert_eq!(ResidualLaw::from_parameters(*scale, bins[..1].to_vec()), None);
    }

    #[test]
    fn few_misses_teach_no_law() {
        assert_eq!(ResidualLaw::learn(&misses()[..MIN_MISSES - 1]), None);
    }
}
