//! A backtest's report as tables in the terminal.

use pipeline::backtest::Report;

use super::render::{Column, table};
use crate::backtest_page::{FigureTable, Tables};

/// Prints the report as people read it. Parts of the populations stand on the page and in the JSON alone.
pub(super) fn print(report: &Report) {
    println!("{} {}, {} slates, {} edition", report.season, report.market, report.n_slates, report.edition);
    for alarm in &report.alarms {
        println!("too good to be true: {alarm}");
    }
    let Tables { p10, lined, probabilities, bets, own_bets, .. } = Tables::of(report);
    for table in [p10, lined, probabilities, bets, own_bets].iter().filter(|table| !table.rows.is_empty()) {
        println!("\n{}\n{}", table.title, render(table));
    }
    println!("\nEvery interval resamples whole dates. `tipoff backtest --json` has the rest.");
}

fn render(figures: &FigureTable) -> String {
    let (first, numbers) = figures.columns.split_first().expect("a table has columns");
    let columns: Vec<Column> =
        [Column::Name(first)].into_iter().chain(numbers.iter().map(|heading| Column::Number(heading))).collect();
    let mut table = table(&columns);
    for row in &figures.rows {
        table.add_row(row);
    }
    table.to_string()
}
