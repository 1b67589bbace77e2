//! The predictive law: a probability for every count.

use std::fmt;

use domain::{HalfPoints, Market, Probability};

/// A distribution over counts 0, 1, 2, ... with mass at each.
#[derive(Debug, Clone, PartialEq)]
pub struct CountLaw(Vec<f64>);

/// Means outside this range say that something upstream is wrong, but are no reason to stop a night.
const LOWEST_MEAN: f64 = 0.3;
const HIGHEST_MEAN: f64 = 80.0;

/// Below this mean the variance is proportional to it, so that it vanishes with the mean.
const PROPORTIONAL_BELOW: f64 = 6.0;

/// How far counts scatter around a predicted mean: variance = intercept + slope * mean from six on, and from zero
/// in a straight line up to there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceCurve {
    intercept: f64,
    slope: f64,
}

impl VarianceCurve {
    /// Points around a mean of recent games. Least squares over the player-games of 2013-14 to 2016-17 gave
    /// 8.5 + 2.35 times the mean; each season since lies within a tenth of it.
    pub const POINTS: Self = Self { intercept: 8.5, slope: 2.35 };

    /// The curve of a market where nothing was learned; but for points it is set by hand. Counts of single things scatter less than points, whose units come
    /// in twos and threes.
    pub fn of(market: Market) -> Self {
        match market {
            Market::Points => Self::POINTS,
            Market::PointsRebounds | Market::PointsAssists | Market::PointsReboundsAssists => Self::new(9.0, 2.2),
            Market::Rebounds | Market::Assists | Market::Threes | Market::ReboundsAssists => Self::new(0.7, 1.3),
        }
    }

    /// A fitted curve, kept where a negative binomial exists: the variance must exceed the mean.
    pub fn new(intercept: f64, slope: f64) -> Self {
        Self { intercept: intercept.clamp(0.5, 100.0), slope: slope.clamp(1.05, 10.0) }
    }

    /// The variance of a count predicted to be `mean`.
    pub fn variance(self, mean: f64) -> f64 {
        let straight = |mean: f64| self.intercept + self.slope * mean;
        match mean < PROPORTIONAL_BELOW {
            true => straight(PROPORTIONAL_BELOW) * mean / PROPORTIONAL_BELOW,
            false => straight(mean),
        }
    }
}

/// The law stops once this little is left of it, or at this count.
const NEGLIGIBLE: f64 = 1e-9;
const MAX_COUNT: usize = 400;

/// Probabilities may miss one by so much in sum.
const SUM_TOLERANCE: f64 = 1e-6;

/// Probabilities of 0, 1, 2, ... by the negative binomial law, as far as they matter.
fn negative_binomial_mass(mean: f64, variance: f64) -> Vec<f64> {
    let size = mean.powi(2) / (variance - mean);
    let ratio = mean / (mean + size);
    let mut mass = vec![(size * (size / (mean + size)).ln()).exp()];
    let mut total = mass[0];
    while total < 1.0 - NEGLIGIBLE && mass.len() <= MAX_COUNT {
        let count = mass.len() as f64;
        let next = mass[mass.len() - 1] * ratio * (size + count - 1.0) / count;
        mass.push(next);
        total += next;
    }
    mass
}

/// Why what somebody states is no law of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotALaw {
    /// Not probabilities of 0, 1, 2, ... that sum to one.
    NotProbabilities,
    /// It goes on beyond any count.
    TooWide,
    /// Its variance is no more than its mean, which a negative binomial law's always is.
    TooNarrow,
    /// No player counts so much, or so little.
    ImplausibleMean,
}

impl fmt::Display for NotALaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotProbabilities => {
                f.write_str("these are not probabilities of 0, 1, 2, ... that sum to 1 within 1e-6")
            }
            Self::TooWide => write!(f, "it goes on beyond a count of {}", CountLaw::LONGEST - 1),
            Self::TooNarrow => {
                f.write_str("the square of the deviation must exceed the mean; send probabilities instead")
            }
            Self::ImplausibleMean => write!(f, "a mean lies between {LOWEST_MEAN} and {HIGHEST_MEAN}"),
        }
    }
}

impl CountLaw {
    /// The most probabilities a law has.
    pub const LONGEST: usize = MAX_COUNT + 1;

    /// The negative binomial law with this mean, and the variance the curve gives it.
    ///
    /// A higher mean makes every threshold likelier to be passed, to within a millionth: the curve's variance
    /// grows no faster than the mean, so the law never widens quicker than it moves.
    ///
    /// # Panics
    /// When the mean is not a number.
    pub fn negative_binomial(mean: f64, spread: VarianceCurve) -> Self {
        assert!(mean.is_finite(), "a system's mean is a number: features are finite, and so are models");
        let mean = mean.clamp(LOWEST_MEAN, HIGHEST_MEAN);
        Self(negative_binomial_mass(mean, spread.variance(mean))).normalised()
    }

    /// The negative binomial law with this mean and standard deviation, as somebody else states them.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of_moments(mean: f64, deviation: f64) -> Result<Self, NotALaw> {
        if !(LOWEST_MEAN..=HIGHEST_MEAN).contains(&mean) {
            return Err(NotALaw::ImplausibleMean);
        }
        let variance = deviation.powi(2);
        if !(deviation > 0.0 && variance > mean && variance.is_finite()) {
            return Err(NotALaw::TooNarrow);
        }
        let mass = negative_binomial_mass(mean, variance);
        let is_whole = mass.iter().sum::<f64>() > 1.0 - SUM_TOLERANCE;
        if is_whole { Ok(Self(mass).normalised()) } else { Err(NotALaw::TooWide) }
    }

    /// The law with these probabilities of 0, 1, 2, ..., as somebody else states them.
    ///
    /// # Errors
    /// Why they are none.
    pub fn of_probabilities(mass: Vec<f64>) -> Result<Self, NotALaw> {
        if mass.len() > Self::LONGEST {
            return Err(NotALaw::TooWide);
        }
        let law = Self::from_mass(mass).ok_or(NotALaw::NotProbabilities)?.normalised();
        if law.mean() > HIGHEST_MEAN { Err(NotALaw::ImplausibleMean) } else { Ok(law) }
    }

    /// The mixture of some laws by positive weights, which need not sum to one.
    ///
    /// # Panics
    /// When there is no law of positive weight.
    pub fn mixture(members: &[(f64, &Self)]) -> Self {
        let longest = members.iter().map(|(_, law)| law.0.len()).max().expect("a mixture has members");
        let mut mass = vec![0.0; longest];
        for (weight, law) in members {
            for (total, member) in mass.iter_mut().zip(&law.0) {
                *total += weight * member;
            }
        }
        Self(mass).normalised()
    }

    /// A law read back from its probabilities; nothing unless they are at least 0 and sum to one.
    pub fn from_mass(mass: Vec<f64>) -> Option<Self> {
        let sound = mass.iter().all(|p| *p >= 0.0) && (mass.iter().sum::<f64>() - 1.0).abs() < SUM_TOLERANCE;
        (sound && !mass.is_empty()).then_some(Self(mass))
    }

    fn normalised(mut self) -> Self {
        let total: f64 = self.0.iter().sum();
        assert!(total > 0.0, "a law has mass");
        for mass in &mut self.0 {
            *mass /= total;
        }
        self
    }

    /// Probabilities of 0, 1, 2, ...
    pub fn mass(&self) -> &[f64] {
        &self.0
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().enumerate().map(|(count, mass)| count as f64 * mass).sum()
    }

    /// The standard deviation.
    pub fn standard_deviation(&self) -> f64 {
        let mean = self.mean();
        let variance: f64 = self.0.iter().enumerate().map(|(count, mass)| (count as f64 - mean).powi(2) * mass).sum();
        variance.sqrt()
    }

    /// The smallest count whose cumulative probability reaches `p`.
    pub fn quantile(&self, p: Probability) -> u16 {
        let mut cumulative = 0.0;
        let reached = self.0.iter().position(|mass| {
            cumulative += mass;
            cumulative >= p.get() - NEGLIGIBLE
        });
        reached.unwrap_or(self.0.len() - 1) as u16
    }

    /// The median.
    pub fn median(&self) -> u16 {
        self.quantile(Probability::clamped(0.5))
    }

    /// The counts between which it lies in eight of ten cases: the tenth and the ninetieth percentile.
    pub fn interval_80(&self) -> (u16, u16) {
        (self.quantile(Probability::clamped(0.1)), self.quantile(Probability::clamped(0.9)))
    }

    /// How the line would be settled: over, push and under, summing to one.
    pub fn settle(&self, line: HalfPoints) -> Settlement {
        let at_line = usize::try_from(line.halves()).ok().filter(|_| line.can_push()).map(|halves| halves / 2);
        let push = at_line.and_then(|count| self.0.get(count)).copied().unwrap_or(0.0);
        // Counts strictly below the line: none for a negative line.
        let below = usize::try_from((line.halves() + 1) / 2).unwrap_or(0).min(self.0.len());
        let under: f64 = if line.halves() <= 0 { 0.0 } else { self.0[..below].iter().sum() };
        let push = Probability::clamped(push);
        let under = Probability::clamped(under);
        Settlement { over: Probability::clamped(1.0 - push.get() - under.get()), push, under }
    }
}

/// Probabilities of the three ways a line can be settled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settlement {
    /// The count exceeds the line.
    pub over: Probability,
    /// The count equals it.
    pub push: Probability,
    /// The count falls short of it.
    pub under: Probability,
}

impl Settlement {
    /// The probability of the over among bets that are not pushed.
    pub fn over_unless_push(&self) -> Probability {
        let decided = self.over.get() + self.under.get();
        if decided > 0.0 { Probability::clamped(self.over.get() / decided) } else { Probability::clamped(0.5) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(points: f64) -> HalfPoints {
        HalfPoints::from_points(points).unwrap()
    }

    const SPREAD: VarianceCurve = VarianceCurve::POINTS;

    #[test]
    fn moments_are_the_textbooks() {
        let law = CountLaw::negative_binomial(20.0, VarianceCurve::new(0.5, 4.975));
        assert!((law.mean() - 20.0).abs() < 1e-4);
        assert!((law.standard_deviation().powi(2) - 100.0).abs() < 1e-2);
        // P(0) of a negative binomial is (size / (mean + size))^size, and 20² / (100 - 20) is size 5.
        assert!((law.mass()[0] - 0.2_f64.powi(5)).abs() < 1e-9);
    }

    #[test]
    fn a_mean_beyond_all_measure_gives_a_law_all_the_same() {
        for mean in [-3.0, 0.0, 1e9] {
            let total: f64 = CountLaw::negative_binomial(mean, SPREAD).mass().iter().sum();
            assert!((total - 1.0).abs() < 1e-9, "{mean}");
        }
    }

    #[test]
    fn settling_counts_exactly() {
        let law = CountLaw::from_mass(vec![0.1, 0.2, 0.3, 0.4]).unwrap();
        let check = |points, over: f64, push: f64, under: f64| {
            let settled = law.settle(line(points));
            let got = [settled.over.get(), settled.push.get(), settled.under.get()];
            for (value, expected) in got.into_iter().zip([over, push, under]) {
                assert!((value - expected).abs() < 1e-12, "line {points}: {got:?}");
            }
        };
        check(1.5, 0.7, 0.0, 0.3);
        check(2.0, 0.4, 0.3, 0.3);
        check(0.0, 0.9, 0.1, 0.0);
        check(-0.5, 1.0, 0.0, 0.0);
        check(0.5, 0.9, 0.0, 0.1);
        check(99.5, 0.0, 0.0, 1.0);
        assert_eq!((law.median(), law.quantile(Probability::new(0.9).unwrap())), (2, 3));
    }

    #[test]
    fn a_mixture_averages_its_members() {
        let (low, high) = (CountLaw::negative_binomial(5.0, SPREAD), CountLaw::negative_binomial(25.0, SPREAD));
        let mixed = CountLaw::mixture(&[(1.0, &low), (3.0, &high)]);
        assert!((mixed.mean() - 20.0).abs() < 1e-4);
    }

    #[test]
    fn a_stated_law_has_its_moments_or_a_reason_why_not() {
        let law = CountLaw::of_moments(20.0, 7.0).unwrap();
        assert!((law.mean() - 20.0).abs() < 1e-4 && (law.standard_deviation() - 7.0).abs() < 1e-3);
        for (mean, deviation, why) in [
            (90.0, 10.0, NotALaw::ImplausibleMean),
            (f64::NAN, 10.0, NotALaw::ImplausibleMean),
            (20.0, 4.0, NotALaw::TooNarrow),
            (20.0, -7.0, NotALaw::TooNarrow),
            (20.0, f64::INFINITY, NotALaw::TooNarrow),
            (20.0, 150.0, NotALaw::TooWide),
        ] {
            assert_eq!(CountLaw::of_moments(mean, deviation), Err(why), "{mean} {deviation}");
        }
    }

    #[test]
    fn stated_probabilities_are_made_to_sum_to_one() {
        let law = CountLaw::of_probabilities(vec![0.25, 0.75 + 4e-7]).unwrap();
        assert!((law.mass().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let at_100 = [vec![0.0; 100], vec![1.0]].concat();
        for (mass, why) in [
            (vec![], NotALaw::NotProbabilities),
            (vec![0.5, 0.4], NotALaw::NotProbabilities),
            (vec![1.5, -0.5], NotALaw::NotProbabilities),
            (vec![f64::NAN, 1.0], NotALaw::NotProbabilities),
            (vec![f64::INFINITY], NotALaw::NotProbabilities),
            (vec![1.0 / 402.0; 402], NotALaw::TooWide),
            (at_100, NotALaw::ImplausibleMean),
        ] {
            assert_eq!(CountLaw::of_probabilities(mass.clone()), Err(why), "{mass:?}");
        }
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one(mean in 0.1..60.0_f64, slope in 1.1..8.0_f64, halves in -4..200_i32) {
            let settled = CountLaw::negative_binomial(mean, VarianceCurve::new(5.0, slope)).settle(HalfPoints::from_halves(halves));
            let sum = settled.over.get() + settled.push.get() + settled.under.get();
            prop_assert!((sum - 1.0).abs() < 1e-9);
        }

        #[test]
        fn a_higher_mean_never_lowers_the_over(mean in 0.1..50.0_f64, more in 0.0..10.0_f64, slope in 1.5..4.0_f64, halves in 0..120_i32) {
            let line = HalfPoints::from_halves(halves);
            let over = |mean| CountLaw::negative_binomial(mean, VarianceCurve::new(8.5, slope)).settle(line).over.get();
            prop_assert!(over(mean + more) >= over(mean) - 1e-6);
        }

        #[test]
        fn a_higher_line_is_never_likelier(mean in 0.1..50.0_f64, halves in 0..120_i32) {
            let law = CountLaw::negative_binomial(mean, SPREAD);
            let over = |halves| law.settle(HalfPoints::from_halves(halves)).over.get();
            prop_assert!(over(halves + 1) <= over(halves) + 1e-12);
        }
    }
}
