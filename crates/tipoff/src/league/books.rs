//! The league's books: three of them, each a little wrong in its own way, with a margin.

use domain::HalfPoints;
use predict::{CountLaw, VarianceCurve};
use rand_chacha::ChaCha8Rng;

use super::game::{Played, Row};
use super::people::normal;

/// The books by key and title.
pub(super) const BOOKS: [(&str, &str); 3] =
    [("draftkings", "DraftKings"), ("fanduel", "FanDuel"), ("betmgm", "BetMGM")];

/// A book's line on a player.
pub(super) struct Quote {
    pub(super) book: usize,
    pub(super) name: String,
    pub(super) line: HalfPoints,
    pub(super) over: f64,
    pub(super) under: f64,
}

/// Books have no line on those who play less.
const LINED_FROM_MINUTES: f64 = 17.0;
/// By so much the two break-even probabilities exceed one.
const MARGIN: f64 = 0.045;
/// What all books get wrong together, and what each gets wrong alone.
const SHARED_ERROR: f64 = 0.05;
const OWN_ERROR: f64 = 0.02;

/// Everybody's lines on a game. Books know who is on the injury list, not who will be scratched late.
pub(super) fn quote(random: &mut ChaCha8Rng, game: &Played) -> Vec<Quote> {
    let mut quotes = Vec::new();
    for row in game.rows.iter().filter(|row| !row.hurt && row.expected_minutes >= LINED_FROM_MINUTES) {
        let shared = normal(random, 0.0, SHARED_ERROR);
        for book in 0..BOOKS.len() {
            let estimate = row.expected_points * (shared + normal(random, 0.0, OWN_ERROR)).exp();
            quotes.extend(priced(row, book, estimate));
        }
    }
    quotes
}

fn priced(row: &Row, book: usize, estimate: f64) -> Option<Quote> {
    let law = CountLaw::negative_binomial(estimate, VarianceCurve::POINTS);
    let line = HalfPoints::from_halves(i32::from(law.median()) * 2 - 1);
    let line = if law.settle(line).over.get() > 0.55 { line + 2 } else { line };
    let over = law.settle(line).over.get();
    let price = |probability: f64| ((100.0 / (probability * (1.0 + MARGIN))).round() / 100.0).max(1.01);
    let (over, under) = (price(over), price(1.0 - over));
    (line.halves() > 0).then(|| Quote { book, name: row.name.clone(), line, over, under })
}
