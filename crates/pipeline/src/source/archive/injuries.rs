//! `injuries.parquet`: a log of who was put on and taken off the injured list.

use std::collections::BTreeSet;

use domain::{InjuryEvent, InjuryEventKind, PlayerId};

use super::table::{Column, Kind, Table, malformed};
use super::{once, parse_rows, reconstructed};
use crate::source::{Directory, Mention, Parsed, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("date", Kind::Date),
    ("player_id", Kind::Integer),
    ("player_name", Kind::Text),
    ("event", Kind::Text),
    ("detail", Kind::Text),
];

pub(super) fn parse(table: &Table<'_>, directory: &Directory) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let detail = row.text_if_any("detail")?.unwrap_or_default().to_owned();
        let player = match row.integer_if_any("player_id")? {
            Some(number) => PlayerId::new(number),
            None => directory.resolve(Mention::named(row.text_if_any("player_name")?.unwrap_or_default()))?,
        };
        let event = InjuryEvent {
            player,
            date: row.date("date")?,
            kind: kind(row.text("event")?, &detail).ok_or_else(|| malformed("event", "neither `out` nor `return`"))?,
            detail,
        };
        once(&mut seen, (event.player, event.date, event.kind, event.detail.clone()))?;
        let known_at = event.date.plus_days(1).at(0, 0);
        parsed.facts.injuries.push(reconstructed(event, known_at));
        Ok(())
    })
}

/// The log marks day-to-day injuries in words only.
fn kind(event: &str, detail: &str) -> Option<InjuryEventKind> {
    match event {
        "return" => Some(InjuryEventKind::Return),
        "out" if detail.contains("(DTD)") || detail.contains("questionable") => Some(InjuryEventKind::Questionable),
        "out" => Some(InjuryEventKind::Out),
        _ => None,
    }
}
