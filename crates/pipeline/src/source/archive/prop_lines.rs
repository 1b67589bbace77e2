//! `prop_lines.parquet`: player prop lines with odds, by book and moment.
//!
//! Columns computed with hindsight are not read: `team` is empty exactly when the player did not appear, and
//! `minutes_to_tip` rests on actual starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{DecimalOdds, HalfPoints, Known, LineRole, PlayerId, PropLine, Provenance};
use jiff::Timestamp;

use super::table::{Column, Kind, Rejection, Row, Table, malformed};
use super::{game_of, parse_rows};
use crate::source::{Directory, Mention, Parsed, Reject, RejectReason, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("game_id", Kind::Text),
    ("player_id", Kind::Integer),
    ("source_player_name", Kind::Text),
    ("market", Kind::Text),
    ("book", Kind::Text),
    ("line", Kind::Number),
    ("over_odds", Kind::Number),
    ("under_odds", Kind::Number),
    ("is_main", Kind::Flag),
    ("observed_at", Kind::Instant),
    ("source", Kind::Text),
];

pub(super) fn parse(table: &Table<'_>, directory: &Directory) -> Result<Parsed, Unreadable> {
    let mut feeds = BTreeMap::<String, Arc<str>>::new();
    let mut seen = Vec::new();
    let mut parsed = parse_rows(table, |row, parsed| {
        seen.push(see(row, parsed.rows_read - 1, directory, &mut feeds)?);
        Ok(())
    })?;
    keep_one_of_each(&mut seen, &mut parsed);
    parsed.facts.prop_lines =
        seen.into_iter().map(|seen| Known::new(seen.line, seen.known_at, seen.provenance)).collect();
    Ok(parsed)
}

/// A line with its place in the file, before it is sealed.
struct Seen {
    row: u64,
    line: PropLine,
    known_at: Timestamp,
    provenance: Provenance,
}

fn see(
    row: Row<'_>,
    index: u64,
    directory: &Directory,
    feeds: &mut BTreeMap<String, Arc<str>>,
) -> Result<Seen, Rejection> {
    if row.text_if_any("game_id")?.is_none() {
        return Err((RejectReason::PostponedGame, "no game: it was postponed after the line was seen".to_owned()));
    }
    let game = game_of(row, directory)?;
    let observed_at = row.instant_if_any("observed_at")?;
    let points = row.number("line")?;
    let feed = row.text("source")?;
    let line = PropLine {
        game: game.id,
        slate: game.slate,
        player: player(row, directory)?,
        market: row.parse("market")?,
        book: row.parse("book")?,
        feed: feeds.entry(feed.to_owned()).or_insert_with(|| feed.into()).clone(),
        line: HalfPoints::from_points(points)
            .ok_or_else(|| malformed("line", format!("{points} is no whole or half number of points")))?,
        role: if row.flag("is_main")? { LineRole::Main } else { LineRole::Alternate },
        over: odds(row, "over_odds")?,
        under: odds(row, "under_odds")?,
        observed_at,
    };
    let (known_at, provenance) = match observed_at {
        Some(seen) => (seen, Provenance::Observed),
        None => (game.earliest_tipoff(), Provenance::Reconstructed),
    };
    Ok(Seen { row: index, line, known_at, provenance })
}

/// Keeps one row of each key, the main one where the marks differ. Leaves the lines in order of their keys, in
/// which the store likes them.
fn keep_one_of_each(seen: &mut Vec<Seen>, parsed: &mut Parsed) {
    seen.sort_by(|a, b| a.line.key().cmp(&b.line.key()).then(a.line.role.cmp(&b.line.role)).then(a.row.cmp(&b.row)));
    seen.dedup_by(|later, kept| {
        let same = later.line.key() == kept.line.key();
        if same {
            let detail = format!("the same line as in row {}", kept.row);
            parsed.rejects.push(Reject { reason: RejectReason::Duplicate, row: later.row, detail });
        }
        same
    });
}

/// The archive's own mapping, or else the name as the feed spelled it.
fn player(row: Row<'_>, directory: &Directory) -> Result<PlayerId, Rejection> {
    if let Some(number) = row.integer_if_any("player_id")? {
        return Ok(PlayerId::new(number));
    }
    directory.resolve(Mention::named(row.text("source_player_name")?))
}

fn odds(row: Row<'_>, column: &'static str) -> Result<Option<DecimalOdds>, Rejection> {
    row.number_if_any(column)
        .map(|price| DecimalOdds::new(price).ok_or_else(|| malformed(column, format!("{price} is no decimal price"))))
        .transpose()
}
