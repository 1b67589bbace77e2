//! History for a snapshot: a handful of range scans, never a query a player.

use domain::{Cutoff, GameDate, Team};
use pipeline::ports::HistoryScope;
use predict::{HISTORY_DAYS, History};
use rusqlite::{Connection, named_params};

use super::facts::between;
use super::statements::{select_facts, sql};
use crate::error::Fault;
use crate::rows::LISTED_WITHIN_DAYS;

pub(super) fn load(connection: &Connection, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, Fault> {
    let (players, range) = match scope {
        HistoryScope::Slate { slate, teams } => {
            let first = GameDate::of(cutoff.instant()).plus_days(-HISTORY_DAYS);
            let teams = serde_json::Value::from_iter(teams.iter().map(Team::code)).to_string();
            let players = select_facts(
                connection,
                sql::slate_player_history,
                named_params! {
                    ":teams": teams, ":listed_from": slate.plus_days(-LISTED_WITHIN_DAYS).to_string(),
                    ":first": first.to_string(), ":slate": slate.to_string(),
                    ":cutoff": cutoff.instant().as_microsecond(),
                },
            )?;
            (players, between(&(first..=*slate), cutoff))
        }
        HistoryScope::Everybody { from, to } => {
            let range = between(&(*from..=*to), cutoff);
            (select_facts(connection, sql::player_history, range.as_params().as_slice())?, range)
        }
    };
    let offense = select_facts(connection, sql::offense_history, range.as_params().as_slice())?;
    let defense = select_facts(connection, sql::defense_history, range.as_params().as_slice())?;
    let injuries = select_facts(connection, sql::injury_history, range.as_params().as_slice())?;
    Ok(History::assemble(players, offense, defense, injuries))
}
