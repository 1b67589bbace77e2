//! The audit of schedules: every tick that was due is decided exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{Audit, SharedAudit, at_the_store, look};
use crate::simulation::trace::Note;
use crate::state::{LeaderLease, Schedule, ScheduleId, TickDecision};
use crate::{ScheduleStore, ScheduleStoreError, TickRecord};

/// A store of schedules whose decisions are audited.
pub(crate) struct AuditedSchedules {
    pub(crate) store: Arc<dyn ScheduleStore>,
    pub(crate) audit: SharedAudit,
}

/// What was decided about ticks up to an instant.
pub(crate) enum Decided {
    /// That nothing before is owed.
    Begins,
    /// About the tick of that instant.
    One,
    /// About all since this one.
    From(Timestamp),
}

#[async_trait]
impl ScheduleStore for AuditedSchedules {
    async fn last_considered(
        &self,
        schedules: &[ScheduleId],
    ) -> Result<BTreeMap<ScheduleId, Timestamp>, ScheduleStoreError> {
        at_the_store(&self.audit, self.store.last_considered(schedules)).await
    }

    async fn record(&self, ticks: &[TickRecord]) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        let new = at_the_store(&self.audit, self.store.record(ticks)).await?;
        look(&self.audit).recorded(&new);
        Ok(new)
    }

    async fn ticks_since(&self, from: Timestamp) -> Result<Vec<TickRecord>, ScheduleStoreError> {
        at_the_store(&self.audit, self.store.ticks_since(from)).await
    }

    async fn lead(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Option<LeaderLease>, ScheduleStoreError> {
        at_the_store(&self.audit, self.store.lead(name, holder, now, ttl)).await
    }
}

impl Audit {
    fn recorded(&mut self, new: &[TickRecord]) {
        self.decided |= !new.is_empty();
        for TickRecord { schedule, decision, .. } in new {
            let due = decision.due();
            let decided = match decision {
                TickDecision::Begins { .. } => Decided::Begins,
                TickDecision::MissedMany { first, .. } => Decided::From(*first),
                TickDecision::Fire { .. }
                | TickDecision::FireLate { .. }
                | TickDecision::Missed { .. }
                | TickDecision::Skipped { .. } => Decided::One,
            };
            self.counts.fired += u64::from(decision.fires_late_by().is_some());
            self.note(Note::Decided { schedule: schedule.clone(), due, what: decision.code() });
            if self.ticks.entry(schedule.clone()).or_default().insert(due, decided).is_some() {
                self.violated(format!("the tick of {schedule} due at {due} was decided twice"));
            }
        }
    }

    /// The next tick of a schedule that nobody has decided; now, before the first decision.
    pub(crate) fn next_tick(&self, schedule: &Schedule) -> Option<Timestamp> {
        match self.ticks.get(schedule.name()).and_then(BTreeMap::last_key_value) {
            Some((considered, _)) => schedule.next_after(*considered),
            None => Some(self.now),
        }
    }

    /// Checks that the ticks of a schedule up to an instant were decided, each once.
    pub(crate) fn check_ticks(&mut self, schedule: &Schedule, until: Timestamp) {
        let name = schedule.name();
        let Some(decided) = self.ticks.get(name) else {
            return self.violated(format!("{name} was never looked at"));
        };
        let begins = decided.iter().find(|(_, decided)| matches!(decided, Decided::Begins)).map(|(at, _)| *at);
        let mut wrong = Vec::new();
        let ticks = std::iter::successors(begins.and_then(|at| schedule.next_after(at)), |at| schedule.next_after(*at));
        for tick in ticks.take_while(|tick| *tick <= until) {
            let times = decided.range(tick..).filter(|(due, decided)| match decided {
                Decided::Begins => false,
                Decided::One => **due == tick,
                Decided::From(first) => *first <= tick,
            });
            match times.count() {
                1 => {}
                times => wrong.push(format!("the tick of {name} due at {tick} was decided {times} times")),
            }
        }
        wrong.into_iter().for_each(|what| self.violated(what));
    }
}
