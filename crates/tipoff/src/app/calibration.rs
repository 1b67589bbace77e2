//! Published probabilities and intervals against what happened: over the graded nights of a store.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use domain::GameDate;
use pipeline::rows::{Prediction, PredictionId};
use pipeline::{MARKET, Rows, Step};
use predict::{CountLaw, SystemId};

use super::App;

/// How well what was published was meant.
#[derive(Debug, Default, PartialEq)]
pub struct Calibration {
    /// Graded nights.
    pub nights: usize,
    /// Published probabilities of the over beside how often it came, by the probability, lowest first.
    pub bins: Vec<ReliabilityBin>,
    /// Predictions of players who played, with their laws.
    pub laws: usize,
    /// Share of their counts inside the interval that should hold eight of ten.
    pub cover_80: Option<f64>,
}

/// Published probabilities of the over that lie near each other; pushes are left out.
#[derive(Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Lower and upper end; the lower one belongs to it.
    pub ends: (f64, f64),
    /// How many lines.
    pub n: usize,
    /// Mean probability that was published.
    pub said: f64,
    /// How often it went over.
    pub happened: f64,
}

/// Where the bins begin. Prices lie near even odds, and so do probabilities that are shrunk to them.
const BEGINS: [f64; 6] = [0.0, 0.4, 0.45, 0.5, 0.55, 0.6];

/// A published number whose outcome is known.
struct Outcome<'a> {
    prediction: &'a Prediction,
    law: Option<&'a CountLaw>,
    actual: u16,
}

impl App {
    /// How a system's published numbers of points of some slates came out, of each slate's newest edition.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn calibration(&self, slates: RangeInclusive<GameDate>, system: SystemId) -> anyhow::Result<Calibration> {
        let editions = self.store.outputs.published_editions(slates).await?;
        let newest: BTreeMap<GameDate, _> = editions.into_iter().map(|edition| (edition.slate, edition)).collect();
        let mut sums = Sums::default();
        for edition in newest.into_values() {
            let graded = self.output(edition, Step::Grade).await?;
            let Some(Rows::Grades(grades)) = graded.as_deref() else { continue };
            let page = self.page(edition).await?;
            let laws = self.laws(&page).await?;
            let actual: BTreeMap<&PredictionId, u16> =
                grades.iter().filter_map(|grade| Some((&grade.prediction, grade.actual?))).collect();
            sums.nights += 1;
            for prediction in page.predictions_of(MARKET).into_iter().filter(|prediction| prediction.system == system) {
                if let Some(actual) = actual.get(&prediction.id) {
                    sums.add(&Outcome { prediction, law: laws.behind(prediction), actual: *actual });
                }
            }
        }
        Ok(sums.calibration())
    }
}

#[derive(Default)]
struct Sums {
    nights: usize,
    /// Lines, probabilities and overs, by bin.
    bins: [(usize, f64, usize); BEGINS.len()],
    laws: usize,
    inside: f64,
}

impl Sums {
    fn add(&mut self, outcome: &Outcome<'_>) {
        if let Some(law) = outcome.law {
            self.laws += 1;
            self.inside += inside_80(law, outcome.actual);
        }
        let Some((quote, over)) = outcome.prediction.quote.and_then(|quote| Some((quote, quote.over?.get()))) else {
            return;
        };
        let halves = 2 * i32::from(outcome.actual);
        if halves == quote.line.halves() {
            return;
        }
        let (n, said, overs) = &mut self.bins[BEGINS.partition_point(|begin| *begin <= over) - 1];
        *n += 1;
        *said += over;
        *overs += usize::from(halves > quote.line.halves());
    }

    fn calibration(self) -> Calibration {
        let ends = BEGINS.into_iter().zip(BEGINS.into_iter().skip(1).chain([1.0]));
        let bin = |(ends, (n, said, overs)): (_, (usize, f64, usize))| ReliabilityBin {
            ends,
            n,
            said: said / n as f64,
            happened: overs as f64 / n as f64,
        };
        Calibration {
            nights: self.nights,
            bins: ends.zip(self.bins).filter(|(_, (n, ..))| *n > 0).map(bin).collect(),
            laws: self.laws,
            cover_80: (self.laws > 0).then(|| self.inside / self.laws as f64),
        }
    }
}

/// How much of a count's own probability lies between the tenth and the ninetieth percentile. Whole counts straddle
/// the ends of the interval; counting them whole would make every law of whole numbers look too wide.
fn inside_80(law: &CountLaw, actual: u16) -> f64 {
    let (at, mass) = (usize::from(actual), law.mass());
    let below: f64 = mass.iter().take(at).sum();
    let own = mass.get(at).copied().unwrap_or(0.0);
    if own == 0.0 {
        return 0.0;
    }
    ((below + own).min(0.9) - below.max(0.1)).max(0.0) / own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_that_is_right_is_covered_by_eight_tenths_whatever_its_steps() {
        for mass in [vec![0.25; 4], vec![0.05, 0.15, 0.6, 0.2], vec![1.0]] {
            let law = CountLaw::from_mass(mass.clone()).unwrap();
            let cover: f64 = (0_u16..).zip(&mass).map(|(count, mass)| mass * inside_80(&law, count)).sum();
            assert!((cover - 0.8).abs() < 1e-12, "{mass:?}: {cover}");
        }
        assert_eq!(inside_80(&CountLaw::from_mass(vec![1.0]).unwrap(), 7), 0.0, "what could not be is outside");
    }
}
