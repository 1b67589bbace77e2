//! `games.parquet`: the schedule, and final scores as facts of their own.

use std::collections::BTreeSet;

use domain::{FinalScore, Game};

use super::table::{Column, Kind, Table, malformed};
use super::{once, parse_rows, reconstructed};
use crate::source::{Parsed, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("game_id", Kind::Text),
    ("game_date", Kind::Date),
    ("tipoff_utc", Kind::Instant),
    ("home_team", Kind::Text),
    ("away_team", Kind::Text),
    ("home_pts", Kind::Integer),
    ("away_pts", Kind::Integer),
];

/// Play-off games are scheduled only days ahead; regular ones earlier.
const SCHEDULED_DAYS_AHEAD: i32 = 2;

pub(super) fn parse(table: &Table<'_>) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let game = Game {
            id: row.parse("game_id")?,
            slate: row.date("game_date")?,
            tipoff: row.instant_if_any("tipoff_utc")?,
            home: row.parse("home_team")?,
            away: row.parse("away_team")?,
        };
        let day = game.slate.at(0, 0)..game.slate.plus_days(2).at(0, 0);
        if let Some(tipoff) = game.tipoff.filter(|tipoff| !day.contains(tipoff)) {
            return Err(malformed("tipoff_utc", format!("{tipoff} is not on {}", game.slate)));
        }
        if game.home == game.away {
            return Err(malformed("away_team", format!("{} plays itself", game.home)));
        }
        once(&mut seen, game.id)?;
        let points = row.integer_if_any("home_pts")?.zip(row.integer_if_any("away_pts")?);
        if let Some((home_points, away_points)) = points {
            let score = FinalScore { game: game.id, slate: game.slate, home_points, away_points };
            parsed.facts.scores.push(reconstructed(score, game.box_known_at()));
        }
        let scheduled_at = game.slate.plus_days(-SCHEDULED_DAYS_AHEAD).at(0, 0);
        parsed.facts.games.push(reconstructed(game, scheduled_at));
        Ok(())
    })
}
