//! Invented seasons, seeded.

use predict::{CountLaw, SystemId, VarianceCurve};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// Who plays in an invented season.
pub(super) fn contenders() -> Vec<Contender> {
    vec![
        Contender::System(SystemId::Ensemble),
        Contender::Baseline(Baseline::Ewma),
        Contender::Baseline(Baseline::BookLine),
    ]
}

/// Fifteen players a date, counted from the very law the ensemble says; the books know the law too, and its margin.
pub(super) fn season(dates: i32, seed: u64) -> Backtest {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let rows = (0..dates).flat_map(|date| (0..15).map(move |player| (date, player)));
    let rows: Vec<GradedRow> = rows.map(|(date, player)| invented(&mut random, day(date), player)).collect();
    backtest(contenders(), rows)
}

fn invented(random: &mut ChaCha8Rng, slate: GameDate, player: u32) -> GradedRow {
    let mean = random.random_range(6.0..28.0);
    let law = CountLaw::negative_binomial(mean, VarianceCurve::POINTS);
    let count = law.quantile(domain::Probability::new(random.random_range(0.0..1.0)).unwrap());
    let line = f64::from(law.median()) + 0.5;
    let over = law.settle(HalfPoints::from_points(line).unwrap()).over.get();
    let mut offer = |key| {
        let slip: f64 = random.random_range(-0.04..0.04);
        let fair = (over + slip).clamp(0.05, 0.95);
        let mut offer = book(key, line, (1.0 / (fair * 1.05), 1.0 / ((1.0 - fair) * 1.05)), over);
        offer.over = vec![Some(over), None, None];
        offer
    };
    let books = vec![offer("betmgm"), offer("fanduel")];
    let said = vec![Some(Said::law(&law, count)), Some(Said::point(mean + 1.0)), Some(Said::point(line))];
    let mut row = row(slate, player, count, said);
    (row.line, row.books, row.minutes) = (Some(line), books, mean + 8.0);
    row
}
