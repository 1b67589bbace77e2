//! What metrics are made of, read from the store side by side.

use std::collections::BTreeMap;

use domain::GameDate;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use pipeline::ports::ProviderDay;
use runtime::alerts::{Alert, DeliveryRecord};
use runtime::judge::StepDay;
use runtime::{Attempt, Breaker, OpenAttempt, RetryLoad, ScheduleId, StepId, Task, TickRecord};

use crate::App;
use crate::app::{ProviderStanding, SlaReport};
use crate::schedules::SCHEDULES;

/// What is counted over a day.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a step was asked is counted over so long.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Deliveries are counted among so many of the newest.
const DELIVERIES: usize = 1_000;

/// The store at an instant.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) now: Timestamp,
    pub(super) unsettled: Vec<Task>,
    pub(super) open: Vec<OpenAttempt>,
    /// Of the present year, UTC: what is added up must not take longer from year to year.
    pub(super) days: Vec<StepDay>,
    pub(super) newest_done: Vec<Attempt>,
    /// Of the last hour.
    pub(super) loads: BTreeMap<StepId, RetryLoad>,
    pub(super) breakers: BTreeMap<StepId, Breaker>,
    pub(super) considered: BTreeMap<ScheduleId, Timestamp>,
    /// Of the last day.
    pub(super) ticks: Vec<TickRecord>,
    pub(super) alerts: Vec<Alert>,
    /// Decided in the last day.
    pub(super) deliveries: Vec<DeliveryRecord>,
    pub(super) proven: BTreeMap<String, Timestamp>,
    pub(super) tonight: Option<SlaReport>,
    pub(super) newest_landing: Option<Timestamp>,
    pub(super) newest_published: Option<GameDate>,
    pub(super) providers: Vec<ProviderStanding>,
    /// Of the present year, Eastern.
    pub(super) provider_days: Vec<ProviderDay>,
}

impl App {
    /// Everything that is measured, as it is now.
    pub(super) async fn reading(&self) -> anyhow::Result<Reading> {
        let (store, now) = (&self.store, self.now());
        let new_year = Date::constant(now.to_zoned(TimeZone::UTC).year(), 1, 1);
        let first_of_year = GameDate::first_of(GameDate::of(now).date().year(), 1);
        let schedules: Vec<ScheduleId> = SCHEDULES.iter().map(|entry| entry.name.into()).collect();
        let mut loads = BTreeMap::new();
        for step in Step::all().map(|step| StepId::from(step.name())) {
            let load = store.ledger.retry_load(&step, now - HOUR).await?;
            loads.insert(step, load);
        }
        let mut deliveries = store.alerts.newest_deliveries(DELIVERIES).await?;
        deliveries.retain(|record| now.duration_since(record.delivery.notification.at) <= DAY);
        Ok(Reading {
            now,
            unsettled: store.ledger.unsettled().await?,
            open: store.ledger.open_attempts().await?,
            days: store.history.step_days(new_year).await?,
            newest_done: store.history.newest_done().await?,
            loads,
            breakers: store.ledger.breakers().await?,
            considered: store.schedules.last_considered(&schedules).await?,
            ticks: store.schedules.ticks_since(now - DAY).await?,
            alerts: store.alerts.open_alerts().await?,
            deliveries,
            proven: store.alerts.last_synthetics().await?,
            tonight: self.sla(GameDate::of(now)).await?,
            newest_landing: store.views.newest_landing().await?,
            newest_published: store.views.newest_published().await?,
            providers: self.providers().await?,
            provider_days: store.providers.provider_days(first_of_year).await?,
        })
    }
}
