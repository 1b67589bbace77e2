//! Run history, schedules and leadership on Postgres.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use runtime::judge::StepDay;
use runtime::state::lead;
use runtime::{
    Attempt, AttemptFilter, BrokenRule, History, LeaderLease, LedgerError, ScheduleId, ScheduleStore,
    ScheduleStoreError, StepId, TickRecord, Which,
};

use super::ledger::attempt;
use super::named::{Arrays, execute, params, query_each};
use super::statements::sql;
use super::{Postgres, begin, lock};
use crate::error::Fault;
use crate::rows::Cells;
use crate::rows::operations::{read_step_day, read_tick, tick};

#[async_trait]
impl History for Postgres {
    async fn step_days(&self, since: Date) -> Result<Vec<StepDay>, LedgerError> {
        let client = self.client().await?;
        let params = params! { ":since": since.to_string() };
        Ok(query_each(&client, sql::step_days, &params, |row| read_step_day(&mut Cells::from(row, 0))).await?)
    }

    async fn newest_done(&self) -> Result<Vec<Attempt>, LedgerError> {
        Ok(query_each(&self.client().await?, sql::newest_done, &[], attempt).await?)
    }

    async fn attempts(&self, filter: &AttemptFilter) -> Result<Vec<Attempt>, LedgerError> {
        let client = self.client().await?;
        let which = match filter.which {
            Which::All => "all",
            Which::Failed => "failed",
        };
        let params = params! {
            ":step": filter.step.as_ref().map(StepId::as_str), ":which": which,
            ":since": filter.since.as_microsecond(), ":at_most": filter.at_most as i64,
        };
        Ok(query_each(&client, sql::attempts, &params, attempt).await?)
    }

    async fn broken_rules(&self) -> Result<Vec<BrokenRule>, LedgerError> {
        let client = self.client().await?;
        let rules = query_each(&client, sql::broken_rules, &[], |row| {
            let mut cells = Cells::from(row, 0);
            Ok(BrokenRule { rule: cells.text()?.into_owned(), rows: cells.whole()? })
        });
        Ok(rules.await?.into_iter().filter(|rule| rule.rows > 0).collect())
    }

    async fn prune(&self, before: Timestamp) -> Result<u64, LedgerError> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        let params = params! { ":before": before.as_microsecond() };
        execute(&transaction, sql::prune_inputs, &params).await?;
        let pruned = execute(&transaction, sql::prune_attempts, &params).await?;
        transaction.commit().await.map_err(Fault::from)?;
        Ok(pruned)
    }

    async fn probe(&self, now: Timestamp) -> Result<(), LedgerError> {
        let client = self.client().await?;
        let params = params! { ":at": now.as_microsecond() };
        execute(&client, sql::add_probe, &params).await?;
        match execute(&client, sql::remove_probe, &params).await? {
            0 => Err(Fault::Refused("what was written could not be read back".to_owned()).into()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl ScheduleStore for Postgres {
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError> {
        let client = self.client().await?;
        let names: Vec<&str> = schedules.iter().map(ScheduleId::as_str).collect();
        let params = params! { ":schedules": names };
        let last = query_each(&client, sql::last_ticks, &params, |row| {
            let mut cells = Cells::from(row, 0);
            Ok((ScheduleId::from(&*cells.text()?), cells.instant()?))
        });
        Ok(last.await?.into_iter().collect())
    }

    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        if ticks.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.client().await?;
        let rows = Arrays::of(ticks.iter().map(tick));
        let params = rows.params();
        let new = query_each(&client, sql::add_tick, &params, |row| {
            let mut cells = Cells::from(row, 0);
            Ok((cells.text()?.into_owned(), cells.whole()?))
        });
        let mut new: BTreeSet<(String, i64)> = new.await?.into_iter().collect();
        let place = |tick: &TickRecord| (tick.schedule.as_str().to_owned(), tick.decision.due().as_microsecond());
        Ok(ticks.iter().filter(|tick| new.remove(&place(tick))).cloned().collect())
    }

    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        let client = self.client().await?;
        let params = params! { ":since": from.as_microsecond() };
        Ok(query_each(&client, sql::ticks_since, &params, |row| read_tick(&mut Cells::from(row, 0))).await?)
    }

    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError> {
        Ok(self.take_the_lead(name, holder, now, ttl).await?)
    }
}

impl Postgres {
    async fn take_the_lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, Fault> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        lock(&transaction, "leader_lease").await?;
        let params = params! { ":name": name };
        let current = query_each(&transaction, sql::leader, &params, |row| {
            let mut cells = Cells::from(row, 0);
            let (holder, until) = (cells.text()?.into_owned(), cells.instant()?);
            Ok(LeaderLease { holder, until, fence: cells.whole()? })
        });
        let Some(lease) = lead(current.await?.first(), holder, now, ttl) else { return Ok(None) };
        let params = params! {
            ":name": name, ":holder": lease.holder, ":until": lease.until.as_microsecond(), ":fence": lease.fence as i64,
        };
        execute(&transaction, sql::set_leader, &params).await?;
        transaction.commit().await?;
        Ok(Some(lease))
    }
}
