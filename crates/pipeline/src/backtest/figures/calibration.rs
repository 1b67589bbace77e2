//! How good probabilities of the over are: log loss, Brier score, and whether what is called 55 % happens 55 times of 100.

use std::f64::consts::PI;
use std::ops::Range;

use serde::Serialize;

use super::Row;
use super::sample::{Estimate, Interval, Sample};
use crate::backtest::BookRow;
use crate::backtest::bets::{Outcome, outcome};
use crate::backtest::report::rounded;
use predict::Side;

/// Nobody is charged for more certainty than this: one wrong certainty would be an endless loss.
const MOST_CERTAIN: f64 = 1e-6;
const BINS: usize = 10;

/// A probability of the over, for every line of every book; pushes are left out.
#[derive(Debug, Clone, Serialize)]
pub struct Probabilities {
    /// Mean log loss, natural logarithm: a coin scores 0.693147.
    pub log_loss: Option<f64>,
    /// Mean squared difference of probability and outcome: a coin scores 0.25.
    pub brier: Option<f64>,
    /// Mean distance of probability and frequency over ten bins of equal mass.
    pub ece: Option<f64>,
    /// What `ece` a perfectly calibrated forecast would have on these rows by chance alone.
    pub ece_by_chance: Option<f64>,
    /// Intervals of log loss and Brier score.
    pub interval: ProbabilityIntervals,
    /// Less the no-vig price of the same rows: negative is better than the price.
    pub less_price: LessPrice,
}

/// Intervals of [`Probabilities`].
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "each is the interval of the figure of its name")]
pub struct ProbabilityIntervals {
    pub log_loss: Option<Interval>,
    pub brier: Option<Interval>,
}

/// Probabilities less the no-vig price of the same rows.
#[derive(Debug, Clone, Serialize)]
pub struct LessPrice {
    /// Difference of the log losses.
    pub log_loss: Option<Estimate>,
    /// Difference of the Brier scores.
    pub brier: Option<Estimate>,
}

/// Probabilities, and the bins a reliability diagram shows.
pub(crate) struct Calibration {
    /// Book lines that were not pushed.
    pub(crate) n: usize,
    /// The figures.
    pub(crate) figures: Probabilities,
    /// Ten bins of equal mass, lowest first.
    pub(crate) bins: Vec<CalibrationBin>,
}

/// A tenth of the rows, by their probability.
#[derive(Debug, Clone, Serialize)]
pub struct CalibrationBin {
    /// Mean probability of the over.
    pub said: f64,
    /// How often it went over.
    pub happened: f64,
    /// What `happened` would span by chance if `said` were right, with 95 % probability: the books' lines on one player
    /// are won and lost together, and count as one draw.
    pub by_chance: Interval,
    /// The standard error of `happened` that follows.
    #[serde(skip)]
    error: f64,
}

/// A probability that came true or not.
struct Claim {
    /// The player-game it is about, by its place in the sample.
    row: usize,
    over: f64,
    happened: f64,
}

impl Calibration {
    /// Of the probability that `over` reads from a book's line.
    pub(crate) fn of(sample: &Sample, over: impl Fn(&BookRow) -> Option<f64>) -> Self {
        let sums = sample.sum(|row| {
            let mut sums = [0.0; 5];
            for book in &row.graded.books {
                if let (Some(p), Some(happened)) = (over(book), went_over(row, book)) {
                    let price = book.fair_over;
                    let terms = [
                        1.0,
                        loss(p, happened),
                        (p - happened).powi(2),
                        loss(price, happened),
                        (price - happened).powi(2),
                    ];
                    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
                }
            }
            sums
        });
        let log_loss = |[n, loss, ..]: &[f64; 5]| loss / n;
        let brier = |[n, _, squared, ..]: &[f64; 5]| squared / n;
        let bins = bins(sample.rows().enumerate().flat_map(|(place, row)| claims(place, row, &over)).collect());
        let mean = |of: fn(&CalibrationBin) -> f64| rounded(bins.iter().map(of).sum::<f64>() / bins.len() as f64);
        let figures = Probabilities {
            log_loss: sums.value(log_loss),
            brier: sums.value(brier),
            ece: mean(|bin| (bin.said - bin.happened).abs()),
            ece_by_chance: mean(|bin| bin.error * (2.0 / PI).sqrt()),
            interval: ProbabilityIntervals { log_loss: sums.interval(log_loss), brier: sums.interval(brier) },
            less_price: LessPrice {
                log_loss: sums.estimate(|[n, its, _, price, _]| (its - price) / n),
                brier: sums.estimate(|[n, _, its, _, price]| (its - price) / n),
            },
        };
        let bins = bins.into_iter().map(CalibrationBin::rounded).collect();
        Self { n: sums.all[0] as usize, figures, bins }
    }
}

/// The row's lines that were not pushed.
fn claims(place: usize, row: &Row, over: impl Fn(&BookRow) -> Option<f64>) -> Vec<Claim> {
    let claim = |book: &BookRow| Some(Claim { row: place, over: over(book)?, happened: went_over(row, book)? });
    row.graded.books.iter().filter_map(claim).collect()
}

/// One for an over, zero for an under, nothing for a push.
fn went_over(row: &Row, book: &BookRow) -> Option<f64> {
    match outcome(Side::Over, book.line, row.graded.count) {
        Outcome::Win => Some(1.0),
        Outcome::Loss => Some(0.0),
        Outcome::Push => None,
    }
}

pub(super) fn loss(p: f64, happened: f64) -> f64 {
    let p = p.clamp(MOST_CERTAIN, 1.0 - MOST_CERTAIN);
    -(happened * p.ln() + (1.0 - happened) * (1.0 - p).ln())
}

/// Claims of one probability, and how many lie below them.
struct Tie<'a> {
    start: f64,
    claims: &'a [Claim],
}

impl Tie<'_> {
    fn end(&self) -> f64 {
        self.start + self.claims.len() as f64
    }

    /// The share of the claims that lies in a bin. Equal probabilities cannot be told apart, so a tie that spans a
    /// border is split by mass, never by what happened.
    fn share_in(&self, bin: &Range<f64>) -> f64 {
        (self.end().min(bin.end) - self.start.max(bin.start)).max(0.0) / self.claims.len() as f64
    }
}

/// The ties of sorted claims.
fn ties(claims: &[Claim]) -> Vec<Tie<'_>> {
    let mut start = 0.0;
    let tie = |claims| {
        let tie = Tie { start, claims };
        start = tie.end();
        tie
    };
    claims.chunk_by(|a, b| a.over == b.over).map(tie).collect()
}

/// Ten bins of equal mass; none without a claim.
fn bins(mut claims: Vec<Claim>) -> Vec<CalibrationBin> {
    let Some(last_row) = claims.iter().map(|claim| claim.row).max() else {
        return Vec::new();
    };
    claims.sort_unstable_by(|a, b| a.over.total_cmp(&b.over).then(a.row.cmp(&b.row)));
    let (ties, width) = (ties(&claims), claims.len() as f64 / BINS as f64);
    let bin = |bin: usize| {
        let borders = bin as f64 * width..(bin + 1) as f64 * width;
        let first = ties.partition_point(|tie| tie.end() <= borders.start);
        let end = ties.partition_point(|tie| tie.start < borders.end);
        CalibrationBin::of(&ties[first..end], &borders, last_row)
    };
    (0..BINS).map(bin).collect()
}

impl CalibrationBin {
    fn of(ties: &[Tie], borders: &Range<f64>, last_row: usize) -> Self {
        // By row: the mass of its claims in this bin, and what they said together.
        let mut rows = vec![[0.0; 2]; last_row + 1];
        let mut happened = 0.0;
        for tie in ties {
            let share = tie.share_in(borders);
            for claim in tie.claims {
                rows[claim.row][0] += share;
                rows[claim.row][1] += share * claim.over;
                happened += share * claim.happened;
            }
        }
        let n = borders.end - borders.start;
        let said = rows.iter().map(|[_, said]| said).sum::<f64>() / n;
        // The variance of what happens to a row, if its claims all come true or none does.
        let variance: f64 = rows.iter().map(|[mass, said]| said * (mass - said)).sum();
        let error = variance.max(0.0).sqrt() / n;
        let by_chance = Interval { low: (said - 1.96 * error).max(0.0), high: (said + 1.96 * error).min(1.0) };
        Self { said, happened: happened / n, by_chance, error }
    }

    fn rounded(self) -> Self {
        let round = |value| rounded(value).unwrap_or_default();
        let Interval { low, high } = self.by_chance;
        let by_chance = Interval { low: round(low), high: round(high) };
        Self { said: round(self.said), happened: round(self.happened), by_chance, error: self.error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(claims: &[(f64, f64)]) -> Vec<Claim> {
        let claim = |(row, (over, happened)): (usize, &(f64, f64))| Claim { row, over: *over, happened: *happened };
        claims.iter().enumerate().map(claim).collect()
    }

    fn ece(bins: &[CalibrationBin]) -> f64 {
        bins.iter().map(|bin| (bin.said - bin.happened).abs()).sum::<f64>() / bins.len() as f64
    }

    #[test]
    fn what_happens_as_often_as_said_has_no_error() {
        // A hundred claims each of 5 %, 15 %, ... 95 %, which come true exactly so often.
        let claims: Vec<(f64, f64)> = (0..10)
            .flat_map(|ten| (0..100).map(move |i| (0.05 + 0.1 * f64::from(ten), f64::from(u8::from(i < 5 + 10 * ten)))))
            .collect();
        let bins = bins(alone(&claims));
        assert_eq!(bins.len(), 10);
        assert!(ece(&bins) < 1e-9);
        assert!((bins[3].error - (0.35_f64 * 0.65 / 100.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn the_error_is_the_mean_distance() {
        // All said 60 %, one of four happened.
        let bins = bins(alone(&[(0.6, 1.0), (0.6, 0.0), (0.6, 0.0), (0.6, 0.0)]));
        assert!((ece(&bins) - 0.35).abs() < 1e-9);
    }

    #[test]
    fn ties_are_not_sorted_by_what_happened() {
        // A coin called a coin twenty times: bins of the sorted outcomes would be five of zeros and five of ones.
        let coin: Vec<(f64, f64)> = (0..20).map(|i| (0.5, f64::from(i % 2))).collect();
        assert!(ece(&bins(alone(&coin))) < 1e-9);
    }

    #[test]
    fn seven_books_on_one_player_are_one_draw() {
        let books = |n: usize| {
            let claims = (0..10 * n).map(|claim| Claim { row: claim / n, over: 0.5, happened: 1.0 });
            bins(claims.collect())[0].error
        };
        // Ten players' lines at one book, and at seven.
        assert!(books(1) > 0.0 && (books(7) - books(1)).abs() < 1e-9);
    }

    #[test]
    fn a_wrong_certainty_costs_much_but_not_everything() {
        assert!((loss(1.0, 0.0) - 13.8).abs() < 0.1);
        assert!((loss(0.5, 1.0) - 2.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn no_claim_has_no_bins() {
        assert!(bins(alone(&[])).is_empty());
    }
}
