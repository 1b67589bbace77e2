//! `shot_zones.parquet`: makes and attempts by zone, one row a player and game.

use std::collections::BTreeSet;

use domain::{PlayerId, PlayerShots, ShotZones, Shots};

use super::table::{Column, Kind, Rejection, Row, Table};
use super::{game_of, once, parse_rows, reconstructed};
use crate::source::{Directory, Parsed, RejectReason, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("game_id", Kind::Text),
    ("player_id", Kind::Integer),
    ("ra_m", Kind::Integer),
    ("ra_a", Kind::Integer),
    ("paint_m", Kind::Integer),
    ("paint_a", Kind::Integer),
    ("mid_m", Kind::Integer),
    ("mid_a", Kind::Integer),
    ("c3_m", Kind::Integer),
    ("c3_a", Kind::Integer),
    ("ab3_m", Kind::Integer),
    ("ab3_a", Kind::Integer),
    ("bc_m", Kind::Integer),
    ("bc_a", Kind::Integer),
];

pub(super) fn parse(table: &Table<'_>, directory: &Directory) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let game = game_of(row, directory)?;
        let zones = ShotZones {
            restricted_area: shots(row, "ra_m", "ra_a")?,
            paint: shots(row, "paint_m", "paint_a")?,
            mid_range: shots(row, "mid_m", "mid_a")?,
            corner_three: shots(row, "c3_m", "c3_a")?,
            above_break_three: shots(row, "ab3_m", "ab3_a")?,
            back_court: shots(row, "bc_m", "bc_a")?,
        };
        let player = PlayerId::new(row.integer("player_id")?);
        let shots = PlayerShots { game: game.id, slate: game.slate, player, zones };
        once(&mut seen, (shots.game, shots.player))?;
        parsed.facts.shots.push(reconstructed(shots, game.box_known_at()));
        Ok(())
    })
}

fn shots(row: Row<'_>, made: &'static str, attempted: &'static str) -> Result<Shots, Rejection> {
    // A byte is plenty for one player's shots from one zone, and keeps every later sum in range.
    let (made_count, attempts): (u8, u8) = (row.integer(made)?, row.integer(attempted)?);
    Shots::new(u16::from(made_count), u16::from(attempts))
        .ok_or_else(|| (RejectReason::Implausible, format!("{made} {made_count} exceeds {attempted} {attempts}")))
}
