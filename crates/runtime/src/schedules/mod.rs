//! Schedules at work: the port to the store that keeps their ticks, and the scheduler that fires each tick once.

mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::state::{Busy, LeaderLease, Schedule, ScheduleError, ScheduleId, TickDecision, due};

pub use memory::SchedulesInMemory;

/// What became of a tick, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickRecord {
    /// Of which schedule.
    pub schedule: ScheduleId,
    /// What became of it; unique together with the schedule is [`TickDecision::due`].
    pub decision: TickDecision,
    /// When that was decided.
    pub decided_at: Timestamp,
}

/// A tick that fires now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// Of which schedule.
    pub schedule: ScheduleId,
    /// When it was due.
    pub due: Timestamp,
    /// How long ago that was, zero on time.
    pub late_by: SignedDuration,
}

/// The store of schedules failed.
#[derive(Debug, thiserror::Error)]
#[error("the store of schedules failed")]
pub struct ScheduleStoreError(#[source] pub Box<dyn Error + Send + Sync>);

/// Ticks and who leads, durably. Every method is one transaction.
#[async_trait]
pub trait ScheduleStore: Send + Sync {
    /// Up to where each of these schedules was decided: the newest tick recorded. Those never seen have no entry.
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError>;

    /// Keeps the ticks whose schedule and due instant are new, and returns those, in the order given.
    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError>;

    /// The ticks due at or after an instant, by due instant and schedule.
    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError>;

    /// Takes or renews the lease of this name as [`crate::state::lead`] decides; none while somebody else leads.
    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError>;
}

/// Fires schedules, in as many processes as there are: one of them leads, and no tick fires twice.
///
/// A firing is recorded before it is handed out: a process that dies in between has lost it. It only wakes work that
/// planning would find anyway.
pub struct Scheduler {
    store: Arc<dyn ScheduleStore>,
    schedules: Vec<Schedule>,
    holder: String,
    ttl: SignedDuration,
}

/// The lease that schedulers lead by.
const LEASE: &str = "scheduler";

impl Scheduler {
    /// A scheduler that leads under the name `holder`, unique among processes, for `ttl` after each look at the clock.
    ///
    /// # Errors
    /// When two schedules have one name.
    pub fn new(
        store: Arc<dyn ScheduleStore>,
        schedules: Vec<Schedule>,
        holder: impl Into<String>,
        ttl: SignedDuration,
    ) -> Result<Self, ScheduleError> {
        let mut names = BTreeSet::new();
        match schedules.iter().find(|schedule| !names.insert(schedule.name())) {
            Some(twice) => Err(ScheduleError::Twice { schedule: twice.name().clone() }),
            None => Ok(Self { store, schedules, holder: holder.into(), ttl }),
        }
    }

    /// Decides and records every tick that is due by `now`, and returns those to fire, if this process leads.
    /// `at_work` names the schedules whose previous firing still is.
    ///
    /// # Errors
    /// When the store fails; the ticks stay due.
    pub async fn tick(
        &self,
        at_work: &BTreeSet<ScheduleId>,
        now: Timestamp,
    ) -> Result<Vec<Firing>, ScheduleStoreError> {
        if self.store.lead(LEASE, &self.holder, now, self.ttl).await?.is_none() {
            return Ok(Vec::new());
        }
        let names: Vec<ScheduleId> = self.schedules.iter().map(|schedule| schedule.name().clone()).collect();
        let considered = self.store.last_considered(&names).await?;
        let decided: Vec<TickRecord> =
            self.schedules.iter().flat_map(|schedule| decide(schedule, &considered, at_work, now)).collect();
        if decided.is_empty() { Ok(Vec::new()) } else { self.fire(&decided).await }
    }

    /// Records decisions and returns the ticks to fire: not those that another process has decided meanwhile.
    async fn fire(&self, decided: &[TickRecord]) -> Result<Vec<Firing>, ScheduleStoreError> {
        let new = self.store.record(decided).await?;
        Ok(new.iter().filter_map(Firing::of).collect())
    }
}

fn decide(
    schedule: &Schedule,
    considered: &BTreeMap<ScheduleId, Timestamp>,
    at_work: &BTreeSet<ScheduleId>,
    now: Timestamp,
) -> Vec<TickRecord> {
    let name = schedule.name();
    let busy = if at_work.contains(name) { Busy::AtWork } else { Busy::Idle };
    let decisions = due(schedule, considered.get(name).copied(), busy, now).into_iter();
    decisions.map(|decision| TickRecord { schedule: name.clone(), decision, decided_at: now }).collect()
}

impl Firing {
    fn of(tick: &TickRecord) -> Option<Self> {
        let late_by = tick.decision.fires_late_by()?;
        Some(Self { schedule: tick.schedule.clone(), due: tick.decision.due(), late_by })
    }
}

#[cfg(test)]
mod tests;
