//! `teams.parquet` and `players.parquet`: ids and names.

use std::collections::BTreeSet;

use domain::{PlayerId, PlayerName, TeamName};
use jiff::Timestamp;

use super::table::{Column, Kind, Table};
use super::{once, parse_rows, reconstructed};
use crate::source::{Parsed, Unreadable};

pub(super) const TEAM_COLUMNS: &[Column] = &[("team", Kind::Text), ("full_name", Kind::Text)];
pub(super) const PLAYER_COLUMNS: &[Column] = &[("player_id", Kind::Integer), ("player_name", Kind::Text)];

pub(super) fn parse_teams(table: &Table<'_>) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let team = TeamName { team: row.parse("team")?, name: row.text("full_name")?.to_owned() };
        once(&mut seen, team.team)?;
        parsed.facts.teams.push(reconstructed(team, Timestamp::UNIX_EPOCH));
        Ok(())
    })
}

pub(super) fn parse_players(table: &Table<'_>) -> Result<Parsed, Unreadable> {
    let mut seen = BTreeSet::new();
    parse_rows(table, |row, parsed| {
        let player = PlayerId::new(row.integer("player_id")?);
        let name = row.text("player_name")?.to_owned();
        once(&mut seen, player)?;
        parsed.facts.players.push(reconstructed(PlayerName { player, name }, Timestamp::UNIX_EPOCH));
        Ok(())
    })
}
