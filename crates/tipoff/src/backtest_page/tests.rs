//! The page and the tables of an invented season.

use domain::{DecimalOdds, GameDate, HalfPoints, Market, PlayerId, Probability, Season, TwoWayPrice};
use pipeline::backtest::{
    Backtest, Baseline, BookRow, Contender, GradedRow, RECOMMENDED_EDGE, Report, Said, WalkedEdition,
};
use predict::{CountLaw, SystemId, VarianceCurve};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Tables, page};

const CONTENDERS: [Contender; 5] = [
    Contender::System(SystemId::MovingAverage),
    Contender::System(SystemId::Ensemble),
    Contender::Baseline(Baseline::Ewma),
    Contender::Baseline(Baseline::BookLine),
    Contender::Original(SystemId::MovingAverage),
];
const BOOKS: [&str; 3] = ["betmgm", "draftkings", "fanduel"];

/// Every other day from late October, twenty players each; whoever plays little has no line.
fn invented() -> Backtest {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let dates = (0..80).map(|date| GameDate::first_of(2024, 10).plus_days(22 + 2 * date));
    let rows: Vec<GradedRow> =
        dates.flat_map(|slate| (0..20).map(|player| row(&mut random, slate, player)).collect::<Vec<_>>()).collect();
    Backtest {
        season: Season::starting(2024),
        market: Market::Points,
        edition: WalkedEdition::Morning,
        as_of: "2025-03-29T17:00:00Z".parse().unwrap(),
        n_slates: 80,
        contenders: CONTENDERS.to_vec(),
        rows,
        asked: Vec::new(),
    }
}

fn row(random: &mut ChaCha8Rng, slate: GameDate, player: u32) -> GradedRow {
    let mean = random.random_range(5.0..29.0);
    let around = |shift: f64| CountLaw::negative_binomial(mean + shift, VarianceCurve::POINTS);
    let count = around(0.0).quantile(Probability::new(random.random_range(0.0..1.0)).unwrap());
    let noise: f64 = random.random_range(-2.5..2.5);
    let line = f64::from(around(random.random_range(-1.0..1.0)).median()) + 0.5;
    let ours = around(noise);
    let point = |number| Some(Said::point(number));
    let said = vec![
        (!player.is_multiple_of(5)).then(|| Said::law(&around(2.0 * noise), count)),
        Some(Said::law(&ours, count)),
        point(mean + 1.5 * noise),
        point(line),
        point(mean + noise - 2.5),
    ];
    let books =
        if player < 4 { Vec::new() } else { BOOKS.map(|key| book(random, key, line, &around(0.0), &ours)).to_vec() };
    GradedRow {
        slate,
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(player),
        count,
        minutes: mean + 7.0,
        in_p10: true,
        line: (player >= 4).then_some(line),
        said,
        books,
    }
}

fn book(random: &mut ChaCha8Rng, key: &str, line: f64, truth: &CountLaw, ours: &CountLaw) -> BookRow {
    let line = HalfPoints::from_points(line).unwrap();
    let over = |law: &CountLaw| law.settle(line).over_unless_push().get();
    let slip: f64 = random.random_range(-0.04..0.04);
    let fair = (over(truth) + slip).clamp(0.05, 0.95);
    let odds = |p: f64| DecimalOdds::new(1.0 / (p * 1.05)).unwrap();
    let price = TwoWayPrice { over: odds(fair), under: odds(1.0 - fair) };
    let fair_over = predict::Devig::default().over(price).get();
    BookRow {
        book: key.parse().unwrap(),
        line,
        price,
        fair_over,
        over: vec![None, Some(over(ours)), None, None, None],
        bet: Some(0.25 * over(ours) + 0.75 * fair_over),
        closing_fair_over: Some((0.5 * fair_over + 0.5 * over(truth)).clamp(0.0, 1.0)),
    }
}

#[test]
fn the_page_needs_nothing_else_and_says_the_same_twice() {
    let report = Report::of(&invented());
    let html = page(&report).unwrap();
    if let Some(path) = std::env::var_os("TIPOFF_PAGE") {
        std::fs::write(path, &html).unwrap();
    }
    assert_eq!(html, page(&report).unwrap());
    assert_eq!(html.matches("<svg").count(), 5);
    let without_names = html.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http", "<script", "<link", "<img", "url(", "@import"] {
        assert!(!without_names.contains(outside), "{outside}");
    }
    assert!(!html.contains("NaN") && !html.contains("inf "));
    assert!(html.contains("original:moving_average") && html.contains("2024-11"));
}

#[test]
fn every_row_is_as_long_as_its_heading() {
    let tables = Tables::of(&Report::of(&invented()));
    let five = [tables.p10, tables.lined, tables.probabilities, tables.bets, tables.own_bets];
    let all = five.into_iter().chain(tables.p10_slices).chain(tables.lined_slices);
    for table in all {
        assert!(!table.rows.is_empty(), "{}", table.title);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.title);
    }
}

#[test]
fn an_alarm_stands_on_the_page() {
    let mut leaked = invented();
    for row in &mut leaked.rows {
        row.said[2] = Some(Said::point(f64::from(row.count)));
    }
    let html = page(&Report::of(&leaked)).unwrap();
    assert!(html.contains("Too good to be true") && html.contains("ewma: MAE 0.000 on p10"));
}

#[test]
fn a_season_without_rows_has_a_page() {
    let empty = Backtest { rows: Vec::new(), ..invented() };
    let html = page(&Report::of(&empty)).unwrap();
    assert_eq!(html.matches("<svg").count(), 0);
    assert!(html.contains("Too few bets"));
}

#[test]
fn the_verdict_names_the_bets_it_judges() {
    let report = Report::of(&invented());
    let n = report.bets.best.recommended.all.n;
    assert!(RECOMMENDED_EDGE > 0.0 && n > 0);
    assert!(page(&report).unwrap().contains(&format!("{n} bets, ")));
}
