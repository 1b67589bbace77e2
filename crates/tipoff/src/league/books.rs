//! The league's books: three of them, each a little wrong in its own way, with a margin.

use domain::{DecimalOdds, Game, HalfPoints, LineRole, Market, PropLine};
use predict::{CountLaw, VarianceCurve};
use rand_chacha::ChaCha8Rng;

use super::game::{Played, Row};
use super::people::normal;

/// The books by key.
const BOOKS: [&str; 3] = ["draftkings", "fanduel", "betmgm"];

/// Books have no line on those who play less.
const LINED_FROM_MINUTES: f64 = 17.0;
/// By so much the two break-even probabilities exceed one.
const MARGIN: f64 = 0.045;
/// What all books get wrong together, and what each gets wrong alone.
const SHARED_ERROR: f64 = 0.05;
const OWN_ERROR: f64 = 0.02;

/// Everybody's lines on a game. Books know who is on the injury list, not who will be scratched late.
pub(super) fn quote(random: &mut ChaCha8Rng, played: &Played) -> Vec<PropLine> {
    let mut lines = Vec::new();
    for row in played.rows.iter().filter(|row| !row.hurt && row.expected_minutes >= LINED_FROM_MINUTES) {
        let shared = normal(random, 0.0, SHARED_ERROR);
        for book in BOOKS {
            let estimate = row.expected_points * (shared + normal(random, 0.0, OWN_ERROR)).exp();
            lines.extend(priced(&played.game, row, book, estimate));
        }
    }
    lines
}

fn priced(game: &Game, row: &Row, book: &str, estimate: f64) -> Option<PropLine> {
    let law = CountLaw::negative_binomial(estimate, VarianceCurve::POINTS);
    let line = HalfPoints::from_halves(i32::from(law.median()) * 2 - 1);
    let line = if law.settle(line).over.get() > 0.55 { line + 2 } else { line };
    let over = law.settle(line).over.get();
    let price =
        |probability: f64| DecimalOdds::new(((100.0 / (probability * (1.0 + MARGIN))).round() / 100.0).max(1.01));
    (line.halves() > 0).then(|| PropLine {
        game: game.id,
        slate: game.slate,
        player: row.player,
        market: Market::Points,
        book: book.parse().expect("a book's key"),
        feed: "league".into(),
        line,
        role: LineRole::Main,
        over: price(over),
        under: price(1.0 - over),
        observed_at: None,
    })
}
