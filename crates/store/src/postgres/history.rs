//! History for a snapshot: a handful of range scans, never a query a player.

use deadpool_postgres::Client;
use domain::{Cutoff, GameDate, Team};
use pipeline::ports::HistoryScope;
use predict::{HISTORY_DAYS, History};

use super::facts::between;
use super::statements::{select_facts, sql};
use crate::error::Fault;
use crate::rows::LISTED_WITHIN_DAYS;

pub(super) async fn load(client: &Client, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, Fault> {
    let (players, range) = match scope {
        HistoryScope::Slate { slate, teams } => {
            let first = GameDate::of(cutoff.instant()).plus_days(-HISTORY_DAYS);
            let teams: Vec<&str> = teams.iter().map(Team::code).collect();
            let listed_from = slate.plus_days(-LISTED_WITHIN_DAYS).to_string();
            let instant = cutoff.instant().as_microsecond();
            let players = select_facts(
                client,
                sql::slate_player_history,
                &[&listed_from, &teams, &first.to_string(), &instant, &slate.to_string()],
            )
            .await?;
            (players, between(&(first..=*slate), cutoff))
        }
        HistoryScope::Everybody { from, to } => {
            let range = between(&(*from..=*to), cutoff);
            (select_facts(client, sql::player_history, &range.as_params()).await?, range)
        }
    };
    let offense = select_facts(client, sql::offense_history, &range.as_params()).await?;
    let defense = select_facts(client, sql::defense_history, &range.as_params()).await?;
    let injuries = select_facts(client, sql::injury_history, &range.as_params()).await?;
    Ok(History::assemble(players, offense, defense, injuries))
}
