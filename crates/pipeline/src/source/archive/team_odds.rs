//! `team_odds.parquet`: spreads, totals and moneylines near closing.

use std::collections::BTreeSet;

use domain::{DecimalOdds, GameLine};

use super::table::{Column, Kind, Table};
use super::{game_of, once, parse_rows, reconstructed};
use crate::source::{Directory, Parsed, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("game_id", Kind::Text),
    ("book", Kind::Text),
    ("home_spread", Kind::Number),
    ("total", Kind::Number),
    ("home_ml_odds", Kind::Number),
    ("away_ml_odds", Kind::Number),
    ("source", Kind::Text),
];

pub(super) fn parse(table: &Table<'_>, directory: &Directory) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let game = game_of(row, directory)?;
        let line = GameLine {
            game: game.id,
            slate: game.slate,
            source: row.text("source")?.to_owned(),
            book: row.text("book")?.to_owned(),
            home_spread: row.number_if_any("home_spread"),
            total: row.number_if_any("total"),
            home_win: row.number_if_any("home_ml_odds").and_then(DecimalOdds::new),
            away_win: row.number_if_any("away_ml_odds").and_then(DecimalOdds::new),
        };
        once(&mut seen, (line.game, line.source.clone(), line.book.clone()))?;
        parsed.facts.game_lines.push(reconstructed(line, game.earliest_tipoff()));
        Ok(())
    })
}
