//! History for a snapshot: a handful of range scans, never a query a player.

use deadpool_postgres::Client;
use domain::Cutoff;
use pipeline::ports::HistoryScope;
use predict::History;

use super::facts::between;
use super::statements::{select_facts, sql};
use crate::error::Fault;

pub(super) async fn load(client: &Client, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, Fault> {
    let range = between(&(scope.from..=scope.to), cutoff);
    let players = select_facts(client, sql::player_history, &range.as_params()).await?;
    let offense = select_facts(client, sql::offense_history, &range.as_params()).await?;
    let defense = select_facts(client, sql::defense_history, &range.as_params()).await?;
    let injuries = select_facts(client, sql::injury_history, &range.as_params()).await?;
    Ok(History::assemble(players, offense, defense, injuries))
}
