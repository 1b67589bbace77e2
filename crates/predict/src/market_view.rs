//! What the books say together about one count: the only thing a market-seeing forecast reads of them.

use std::collections::BTreeMap;

use domain::{HalfPoints, LineRole, Market, PropLine, Sportsbook, TwoWayPrice};
use jiff::Timestamp;

use crate::{Devig, VarianceCurve};

/// A book's newest main line with both prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BookQuote {
    /// Who offers it.
    pub book: Sportsbook,
    /// The line.
    pub line: HalfPoints,
    /// Its prices.
    pub price: TwoWayPrice,
    /// When it was seen.
    pub observed_at: Timestamp,
}

impl BookQuote {
    /// Each book's newest main line in a market, of lines that were known.
    pub fn newest(lines: &[&PropLine], market: Market) -> Vec<Self> {
        let mut newest = BTreeMap::<Sportsbook, Self>::new();
        for line in lines.iter().filter(|line| line.market == market && line.role == LineRole::Main) {
            let (Some(observed_at), Some(price)) = (line.observed_at, line.two_way()) else { continue };
            let quote = Self { book: line.book, line: line.line, price, observed_at };
            let kept = newest.entry(line.book).or_insert(quote);
            if (observed_at, line.line) > (kept.observed_at, kept.line) {
                *kept = quote;
            }
        }
        newest.into_values().collect()
    }
}

/// What the books say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketView {
    /// The median of their lines.
    pub line: f64,
    /// The mean of their lines, each moved to where its book would offer even odds: the books' median count.
    pub adjusted: f64,
    /// How many books.
    pub books: u16,
}

/// Near even odds the normal quantile of a probability is its log-odds times the root of pi over eight.
const NORMAL_PER_LOGIT: f64 = 0.626_657;

impl MarketView {
    /// From the books' newest main lines; nothing without one.
    pub fn of(quotes: &[BookQuote], market: Market) -> Option<Self> {
        let mut lines: Vec<f64> = quotes.iter().map(|quote| quote.line.points()).collect();
        lines.sort_by(f64::total_cmp);
        let middle = lines.len() / 2;
        let line = match lines.len() {
            0 => return None,
            even if even % 2 == 0 => f64::midpoint(lines[middle - 1], lines[middle]),
            _ => lines[middle],
        };
        let books = quotes.len() as f64;
        let adjusted = quotes.iter().map(|quote| even_line(quote, market)).sum::<f64>() / books;
        Some(Self { line, adjusted, books: quotes.len() as u16 })
    }
}

/// Where the book would offer even odds, its margin taken out.
fn even_line(quote: &BookQuote, market: Market) -> f64 {
    let line = quote.line.points();
    let over = Devig::default().over(quote.price).get().clamp(0.02, 0.98);
    let deviation = VarianceCurve::of(market).variance(line.max(0.5)).sqrt();
    line + deviation * NORMAL_PER_LOGIT * (over / (1.0 - over)).ln()
}

/// A market-seeing mean: a straight line through a market-free one and what the books say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketBlend {
    /// Added to both: means lie above medians, because counts are skewed.
    pub intercept: f64,
    /// Weight of the market-free mean.
    pub mean: f64,
    /// Weight of the books' median.
    pub market: f64,
}

impl Default for MarketBlend {
    /// Where nothing was learned: mostly the books, set by hand near what fits have given a market-free mean.
    fn default() -> Self {
        Self { intercept: 0.3, mean: 0.2, market: 0.8 }
    }
}

/// Fewer rows teach nothing.
const MIN_ROWS: usize = 1_000;

impl MarketBlend {
    /// The blended mean.
    pub fn blend(&self, mean: f64, view: &MarketView) -> f64 {
        self.intercept + self.mean * mean + self.market * view.adjusted
    }

    /// The least-squares weights over rows of (market-free mean, the books' median, count).
    pub fn learn(rows: &[(f64, f64, f64)]) -> Self {
        if rows.len() < MIN_ROWS {
            return Self::default();
        }
        // Centred, so that the intercept falls out and two weights are left.
        let n = rows.len() as f64;
        let (x, y, z) = rows.iter().fold((0.0, 0.0, 0.0), |(x, y, z), row| (x + row.0, y + row.1, z + row.2));
        let (x, y, z) = (x / n, y / n, z / n);
        let [mut xx, mut xy, mut yy, mut xz, mut yz] = [0.0; 5];
        for row in rows {
            let (dx, dy, dz) = (row.0 - x, row.1 - y, row.2 - z);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
            xz += dx * dz;
            yz += dy * dz;
        }
        let determinant = xx * yy - xy * xy;
        if determinant <= 1e-9 * xx * yy {
            return Self::default();
        }
        let mean = (xz * yy - yz * xy) / determinant;
        let market = (yz * xx - xz * xy) / determinant;
        Self { intercept: z - mean * x - market * y, mean, market }
    }
}

#[cfg(test)]
mod tests {
    use domain::DecimalOdds;

    use super::*;

    fn quote(book: &str, line: f64, over: f64, under: f64) -> BookQuote {
        let odds = |decimal| DecimalOdds::new(decimal).unwrap();
        BookQuote {
            book: book.parse().unwrap(),
            line: HalfPoints::from_points(line).unwrap(),
            price: TwoWayPrice { over: odds(over), under: odds(under) },
            observed_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_books_median_lies_where_they_would_offer_even_odds() {
        let even = MarketView::of(&[quote("draftkings", 20.5, 1.9, 1.9)], Market::Points).unwrap();
        assert_eq!((even.line, even.adjusted, even.books), (20.5, 20.5, 1));
        let over = MarketView::of(&[quote("draftkings", 20.5, 1.8, 2.0)], Market::Points).unwrap();
        assert!(over.adjusted > 20.9 && over.adjusted < 21.6, "{}", over.adjusted);
        let two = [quote("draftkings", 20.5, 1.9, 1.9), quote("fanduel", 22.5, 1.9, 1.9)];
        assert_eq!(MarketView::of(&two, Market::Points).unwrap().line, 21.5);
        assert_eq!(MarketView::of(&[], Market::Points), None);
    }

    #[test]
    fn weights_are_found_again() {
        let rows: Vec<(f64, f64, f64)> = (0..2_000)
            .map(|row| {
                let (mean, market) = (f64::from(row % 31), f64::from(row % 17) + 3.0);
                (mean, market, 0.5 + 0.3 * mean + 0.7 * market)
            })
            .collect();
        let learned = MarketBlend::learn(&rows);
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value} {expected}");
        near(learned.intercept, 0.5);
        near(learned.mean, 0.3);
        near(learned.market, 0.7);
        assert_eq!(MarketBlend::learn(&rows[..10]), MarketBlend::default());
    }
}
