//! The two populations, their figures, and slices of them by month, minutes and line.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::calibration::{Calibration, CalibrationBin, LessPrice, Probabilities, ProbabilityIntervals};
use super::counts::{CountFigures, Paired};
use super::{Row, Sample};
use crate::backtest::bets::{Placing, Tally, recommended};
use crate::backtest::report::rounded;
use crate::backtest::{Baseline, BookRow, Contender, GradedRow};

/// Everybody who plays enough minutes to be asked about.
#[derive(Debug, Clone, Serialize)]
pub struct Population {
    /// Rows.
    pub n: usize,
    /// Figures by contender.
    pub systems: BTreeMap<String, SystemFigures>,
    /// By calendar month, oldest first: `2024-11`.
    pub by_month: Vec<Slice>,
    /// By mean minutes of the last ten games played.
    pub by_minutes: Vec<Slice>,
}

/// Everybody with a line.
#[derive(Debug, Clone, Serialize)]
pub struct Lined {
    /// The figures of any population.
    #[serde(flatten)]
    pub population: Population,
    /// By the median of the books' lines.
    pub by_line: Vec<Slice>,
    /// The no-vig price as a probability.
    pub market: PricedFigures,
    /// The probability that is published and bet on.
    pub published: PricedFigures,
}

/// A contender in a population.
#[derive(Debug, Clone, Serialize)]
pub struct SystemFigures {
    /// Its counts.
    #[serde(flatten)]
    pub counts: CountFigures,
    /// Less the population's reference; nothing for the reference itself.
    pub paired: Option<Paired>,
    /// Its probabilities, where there are lines.
    #[serde(flatten)]
    pub lines: Option<LineFigures>,
}

/// A contender against the lines.
#[derive(Debug, Clone, Serialize)]
pub struct LineFigures {
    /// Player-games whose median forecast lies off the line, and whose count does.
    pub n_sides: usize,
    /// How often the count lay on the same side of the line as the median forecast.
    pub side_hit_rate: Option<f64>,
    /// Lines of all books with a probability of its own, pushes left out: over these the following figures are.
    pub n_prices: usize,
    /// Log loss, Brier score and calibration of its P(over).
    #[serde(flatten)]
    pub probabilities: ProbabilityFigures,
    /// The bets its own probability would recommend at every posted price.
    pub posted: Tally,
    /// The same, one a player-game at the best price.
    pub best: Tally,
}

/// [`Probabilities`] without those names that the counts' figures also have.
#[derive(Debug, Clone, Serialize)]
pub struct ProbabilityFigures {
    /// As there.
    pub log_loss: Option<f64>,
    /// As there.
    pub brier: Option<f64>,
    /// As there.
    pub ece: Option<f64>,
    /// As there.
    pub ece_by_chance: Option<f64>,
    /// The intervals there.
    pub probability_interval: ProbabilityIntervals,
    /// As there.
    pub less_price: LessPrice,
}

/// A probability that belongs to no contender.
#[derive(Debug, Clone, Serialize)]
pub struct PricedFigures {
    /// Lines of all books, pushes left out.
    pub n: usize,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Probabilities,
    /// Ten bins of equal mass, lowest probability first.
    pub reliability: Vec<CalibrationBin>,
}

/// A part of a population.
#[derive(Debug, Clone, Serialize)]
pub struct Slice {
    /// Which part.
    pub name: String,
    /// Rows.
    pub n: usize,
    /// The counts' figures by contender.
    pub systems: BTreeMap<String, CountFigures>,
}

/// Tiers of minutes and of lines: the name, and where the tier starts.
const MINUTES: [(f64, &str); 4] = [(0.0, "<10"), (10.0, "10-20"), (20.0, "20-28"), (28.0, "28+")];
const LINES: [(f64, &str); 4] = [(0.0, "<10.5"), (10.5, "10.5-17"), (17.5, "17.5-24.5"), (25.0, "25+")];

fn tier(tiers: &[(f64, &'static str)], value: f64) -> &'static str {
    tiers.iter().rev().find(|(start, _)| value >= *start).map_or(tiers[0].1, |(_, name)| name)
}

/// The population `p10`, against the reference `ewma`.
pub(crate) fn p10(rows: &[Row], contenders: &[Contender]) -> Population {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.graded.in_p10).collect();
    let sample = Sample::of(rows.iter().copied());
    population(&sample, contenders, |at| SystemFigures {
        counts: CountFigures::of(&sample, at),
        paired: paired(&sample, contenders, at, Baseline::Ewma),
        lines: None,
    })
}

/// The population `lined`, against the reference `book_line`, and its sample for the bets.
pub(crate) fn lined<'a>(rows: &'a [Row<'a>], contenders: &[Contender]) -> (Lined, Sample<'a>) {
    let sample = Sample::of(rows.iter().filter(|row| row.graded.line.is_some()));
    let population = population(&sample, contenders, |at| SystemFigures {
        counts: CountFigures::of(&sample, at),
        paired: paired(&sample, contenders, at, Baseline::BookLine),
        lines: Some(LineFigures::of(&sample, at)),
    });
    let by_line =
        slices(&sample, contenders, tiers(&LINES), |row| tier(&LINES, row.line.unwrap_or_default()).to_owned());
    let market = PricedFigures::of(Calibration::of(&sample, |book| Some(book.fair_over)));
    let published = PricedFigures::of(Calibration::of(&sample, |book| book.bet));
    (Lined { population, by_line, market, published }, sample)
}

fn population(
    sample: &Sample,
    contenders: &[Contender],
    figures: impl Fn(usize) -> SystemFigures + Sync,
) -> Population {
    let month = |row: &GradedRow| row.slate.to_string()[..7].to_owned();
    let mut months: Vec<String> = sample.rows().map(|row| month(row.graded)).collect();
    months.dedup();
    Population {
        n: sample.len(),
        systems: contenders.par_iter().enumerate().map(|(at, contender)| (contender.code(), figures(at))).collect(),
        by_month: slices(sample, contenders, months, month),
        by_minutes: slices(sample, contenders, tiers(&MINUTES), |row| tier(&MINUTES, row.minutes).to_owned()),
    }
}

fn tiers(tiers: &[(f64, &str)]) -> Vec<String> {
    tiers.iter().map(|(_, name)| (*name).to_owned()).collect()
}

/// The parts of a population by name, without empty ones.
fn slices(
    sample: &Sample,
    contenders: &[Contender],
    names: Vec<String>,
    of: impl Fn(&GradedRow) -> String,
) -> Vec<Slice> {
    let slice = |name: String| {
        let part = Sample::of(sample.rows().filter(|row| of(row.graded) == name));
        let figures = |(at, contender): (usize, &Contender)| (contender.code(), CountFigures::of(&part, at));
        Slice { n: part.len(), systems: contenders.par_iter().enumerate().map(figures).collect(), name }
    };
    names.into_iter().map(slice).filter(|slice| slice.n > 0).collect()
}

fn paired(sample: &Sample, contenders: &[Contender], at: usize, reference: Baseline) -> Option<Paired> {
    let reference = Contender::Baseline(reference);
    let other = contenders.iter().position(|contender| *contender == reference).filter(|other| *other != at)?;
    Some(Paired::of(sample, at, other, reference.code()))
}

impl LineFigures {
    fn of(sample: &Sample, contender: usize) -> Self {
        let (mut right, mut n_sides) = (0_usize, 0_usize);
        for row in sample.rows().map(|row| row.graded) {
            if let (Some(said), Some(line)) = (row.said[contender], row.line) {
                let (said, happened) = (said.median - line, f64::from(row.count) - line);
                if said != 0.0 && happened != 0.0 {
                    n_sides += 1;
                    right += usize::from((said > 0.0) == (happened > 0.0));
                }
            }
        }
        let over = |book: &BookRow| book.over[contender];
        let Calibration { n, figures, .. } = Calibration::of(sample, over);
        Self {
            n_sides,
            side_hit_rate: rounded(right as f64 / n_sides as f64),
            n_prices: n,
            probabilities: ProbabilityFigures::from(figures),
            posted: recommended(sample, Placing::Posted, over),
            best: recommended(sample, Placing::Best, over),
        }
    }
}

impl From<Probabilities> for ProbabilityFigures {
    fn from(figures: Probabilities) -> Self {
        let Probabilities { log_loss, brier, ece, ece_by_chance, interval, less_price } = figures;
        Self { log_loss, brier, ece, ece_by_chance, probability_interval: interval, less_price }
    }
}

impl PricedFigures {
    fn of(calibration: Calibration) -> Self {
        Self { n: calibration.n, figures: calibration.figures, reliability: calibration.bins }
    }
}
