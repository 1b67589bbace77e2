//! The store of schedules in memory: for one process that forgets, and the model that other stores are held to.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{ScheduleStore, ScheduleStoreError, TickRecord};
use crate::state::{LeaderLease, ScheduleId, lead};

/// Ticks and leases, until the process ends.
#[derive(Debug, Default)]
pub struct SchedulesInMemory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    ticks: BTreeMap<(Timestamp, ScheduleId), TickRecord>,
    leases: BTreeMap<String, LeaderLease>,
}

impl SchedulesInMemory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change is a single insertion: a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ScheduleStore for SchedulesInMemory {
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError> {
        // Ascending by due instant, so the newest is what remains.
        let newest: BTreeMap<ScheduleId, Timestamp> =
            self.kept().ticks.keys().map(|(due, schedule)| (schedule.clone(), *due)).collect();
        Ok(newest.into_iter().filter(|(schedule, _)| schedules.contains(schedule)).collect())
    }

    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        let mut kept = self.kept();
        let mut new = Vec::new();
        for tick in ticks {
            if let Entry::Vacant(place) = kept.ticks.entry((tick.decision.due(), tick.schedule.clone())) {
                place.insert(tick.clone());
                new.push(tick.clone());
            }
        }
        Ok(new)
    }

    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        let kept = self.kept();
        let since = kept.ticks.iter().filter(|((due, _), _)| *due >= from);
        Ok(since.map(|(_, tick)| tick.clone()).collect())
    }

    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError> {
        let mut kept = self.kept();
        let lease = lead(kept.leases.get(name), holder, now, ttl);
        kept.leases.extend(lease.clone().map(|lease| (name.to_owned(), lease)));
        Ok(lease)
    }
}
