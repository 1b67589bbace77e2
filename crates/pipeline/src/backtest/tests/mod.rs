//! Reports of small hand-made backtests and of invented seasons.

mod betting;
mod counts;
mod invented;
mod whole;

use domain::{DecimalOdds, GameDate, HalfPoints, Market, PlayerId, Season, TwoWayPrice};

use super::*;

/// A backtest of these contenders' rows.
fn backtest(contenders: Vec<Contender>, rows: Vec<GradedRow>) -> Backtest {
    Backtest {
        season: Season::starting(2024),
        market: Market::Points,
        edition: WalkedEdition::Morning,
        as_of: "2025-01-31T18:00:00Z".parse().unwrap(),
        n_slates: 3,
        contenders,
        rows,
        asked: Vec::new(),
    }
}

/// Days after the first of January.
fn day(days: i32) -> GameDate {
    GameDate::first_of(2025, 1).plus_days(days)
}

/// A row of `p10` without a line.
fn row(slate: GameDate, player: u32, count: u16, said: Vec<Option<Said>>) -> GradedRow {
    GradedRow {
        slate,
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(player),
        count,
        minutes: 24.0,
        in_p10: true,
        line: None,
        said,
        books: Vec::new(),
    }
}

/// A book's line that is published at `bet`.
fn book(key: &str, line: f64, (over, under): (f64, f64), bet: f64) -> BookRow {
    let odds = |decimal| DecimalOdds::new(decimal).unwrap();
    let price = TwoWayPrice { over: odds(over), under: odds(under) };
    BookRow {
        book: key.parse().unwrap(),
        line: HalfPoints::from_points(line).unwrap(),
        price,
        fair_over: predict::Devig::default().over(price).get(),
        over: Vec::new(),
        bet: Some(bet),
        closing_fair_over: None,
    }
}

fn close(value: Option<f64>, expected: f64) {
    let value = value.expect("the figure exists");
    assert!((value - expected).abs() < 1.5e-6, "{value} instead of {expected}");
}
