//! Run history, schedules and leadership on SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use runtime::judge::StepDay;
use runtime::state::lead;
use runtime::{
    Attempt, AttemptFilter, BrokenRule, History, LeaderLease, LedgerError, ScheduleId, ScheduleStore,
    ScheduleStoreError, TickRecord, Which,
};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Sqlite;
use super::ledger::{execute, select_each};
use super::statements::{instant, read_cells, sql};
use crate::error::Fault;
use crate::rows::operations::{read_step_day, read_tick, tick};
use crate::rows::tasks::read_attempt;

#[async_trait]
impl History for Sqlite {
    async fn step_days(&self, since: Date) -> Result<Vec<StepDay>, LedgerError> {
        let days = self.read(move |connection| {
            let params = named_params! { ":since": since.to_string() };
            select_each(connection, sql::step_days, params, |row| read_cells(row, 0, read_step_day))
        });
        Ok(days.await?)
    }

    async fn newest_done(&self) -> Result<Vec<Attempt>, LedgerError> {
        Ok(self.read(|connection| select_each(connection, sql::newest_done, [], attempt)).await?)
    }

    async fn attempts(&self, filter: &AttemptFilter) -> Result<Vec<Attempt>, LedgerError> {
        let filter = filter.clone();
        let attempts = self.read(move |connection| {
            let which = match filter.which {
                Which::All => "all",
                Which::Failed => "failed",
            };
            let params = named_params! {
                ":step": filter.step.as_ref().map(runtime::StepId::as_str), ":which": which,
                ":since": filter.since.as_microsecond(), ":at_most": filter.at_most as i64,
            };
            select_each(connection, sql::attempts, params, attempt)
        });
        Ok(attempts.await?)
    }

    async fn broken_rules(&self) -> Result<Vec<BrokenRule>, LedgerError> {
        let broken = self.read(|connection| {
            select_each(connection, sql::broken_rules, [], |row| {
                Ok(BrokenRule { rule: row.get(0)?, rows: row.get::<_, i64>(1)?.unsigned_abs() })
            })
        });
        Ok(broken.await?.into_iter().filter(|rule| rule.rows > 0).collect())
    }

    async fn prune(&self, before: Timestamp) -> Result<u64, LedgerError> {
        let pruned = self.write(move |connection| {
            let before = before.as_microsecond();
            connection.prepare_cached(sql::prune_inputs)?.execute(named_params! { ":before": before })?;
            Ok(connection.prepare_cached(sql::prune_attempts)?.execute(named_params! { ":before": before })?)
        });
        Ok(pruned.await? as u64)
    }

    async fn probe(&self, now: Timestamp) -> Result<(), LedgerError> {
        let at = now.as_microsecond();
        let written = self.write(move |connection| {
            Ok(connection.prepare_cached(sql::add_probe)?.execute(named_params! { ":at": at })?)
        });
        written.await?;
        let removed = self.write(move |connection| {
            Ok(connection.prepare_cached(sql::remove_probe)?.execute(named_params! { ":at": at })?)
        });
        match removed.await? {
            0 => Err(Fault::Refused("what was written could not be read back".to_owned()).into()),
            _ => Ok(()),
        }
    }
}

fn attempt(row: &Row<'_>) -> Result<Attempt, Fault> {
    read_cells(row, 0, read_attempt)
}

#[async_trait]
impl ScheduleStore for Sqlite {
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError> {
        let names = serde_json::Value::from_iter(schedules.iter().map(ScheduleId::as_str)).to_string();
        let last = self.read(move |connection| {
            select_each(connection, sql::last_ticks, named_params! { ":schedules": names }, |row| {
                Ok((ScheduleId::from(row.get::<_, String>(0)?), instant(row.get(1)?)?))
            })
        });
        Ok(last.await?.into_iter().collect())
    }

    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        let ticks = ticks.to_vec();
        let new = self.write(move |connection| {
            let mut new = Vec::new();
            for record in ticks {
                if execute(connection, sql::add_tick, &tick(&record))? > 0 {
                    new.push(record);
                }
            }
            Ok(new)
        });
        Ok(new.await?)
    }

    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        let ticks = self.read(move |connection| {
            let params = named_params! { ":since": from.as_microsecond() };
            select_each(connection, sql::ticks_since, params, |row| read_cells(row, 0, read_tick))
        });
        Ok(ticks.await?)
    }

    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        Ok(self.write(move |connection| take_the_lead(connection, &name, &holder, now, ttl)).await?)
    }
}

fn take_the_lead(
    connection: &Connection,
    name: &str,
    holder: &str,
    now: Timestamp,
    ttl: SignedDuration,
) -> Result<Option<LeaderLease>, Fault> {
    let current = connection
        .prepare_cached(sql::leader)?
        .query_row(named_params! { ":name": name }, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()?;
    let current = current
        .map(|(holder, until, fence)| {
            Ok::<_, Fault>(LeaderLease { holder, until: instant(until)?, fence: fence.unsigned_abs() })
        })
        .transpose()?;
    let Some(lease) = lead(current.as_ref(), holder, now, ttl) else { return Ok(None) };
    connection.prepare_cached(sql::set_leader)?.execute(named_params! {
        ":name": name, ":holder": lease.holder, ":until": lease.until.as_microsecond(), ":fence": lease.fence as i64,
    })?;
    Ok(Some(lease))
}
