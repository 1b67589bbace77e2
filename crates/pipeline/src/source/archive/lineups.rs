//! `lineups.parquet`: what teams told before their games, one row a player.

use std::collections::BTreeSet;

use domain::{Known, LineupSpot, PlayerId, Provenance, Spot, Team};

use super::table::{Column, Kind, Table, malformed};
use super::{game_of, once, parse_rows, reconstructed};
use crate::source::{Directory, Parsed, Unreadable};

pub(super) const COLUMNS: &[Column] = &[
    ("game_id", Kind::Text),
    ("player_id", Kind::Integer),
    ("team", Kind::Text),
    ("spot", Kind::Text),
    ("observed_at", Kind::Instant),
];

pub(super) fn parse(table: &Table<'_>, directory: &Directory) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let game = game_of(row, directory)?;
        let team: Team = row.parse("team")?;
        if game.side_of(team).is_none() {
            return Err(malformed("team", format!("{team} does not play in {}", game.id)));
        }
        let spot = Spot::from_code(row.text("spot")?)
            .ok_or_else(|| malformed("spot", "neither `starts` nor `bench` nor `out`"))?;
        let player = PlayerId::new(row.integer("player_id")?);
        once(&mut seen, (game.id, player))?;
        let told = LineupSpot { game: game.id, slate: game.slate, player, team, spot };
        parsed.facts.lineups.push(match row.instant_if_any("observed_at")? {
            Some(seen_at) => Known::new(told, seen_at, Provenance::Observed),
            None => reconstructed(told, game.lineups_known_at()),
        });
        Ok(())
    })
}
