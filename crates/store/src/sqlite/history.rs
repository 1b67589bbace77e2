//! History for a snapshot: a handful of range scans, never a query a player.

use domain::Cutoff;
use pipeline::ports::HistoryScope;
use predict::History;
use rusqlite::Connection;

use super::facts::between;
use super::statements::{select_facts, sql};
use crate::error::Fault;

pub(super) fn load(connection: &Connection, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, Fault> {
    let range = between(&(scope.from..=scope.to), cutoff);
    let range = range.as_params();
    let players = select_facts(connection, sql::player_history, range.as_slice())?;
    let offense = select_facts(connection, sql::offense_history, range.as_slice())?;
    let defense = select_facts(connection, sql::defense_history, range.as_slice())?;
    let injuries = select_facts(connection, sql::injury_history, range.as_slice())?;
    Ok(History::assemble(players, offense, defense, injuries))
}
