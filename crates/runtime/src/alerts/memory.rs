//! The reference model of an alert store: everything in memory. Real ones must behave alike.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Alert, AlertStore, AlertStoreError, Decisions, Delivery, DeliveryRecord, DeliveryState, News, Notification,
    NotificationId, NotificationKind, Retries, RootCause, Sent,
};

/// Alerts in memory.
#[derive(Debug, Default)]
pub struct MemoryAlertStore {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    alerts: Vec<Alert>,
    notifications: Vec<Notification>,
    deliveries: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    record: DeliveryRecord,
    tried_at: Option<Timestamp>,
}

impl MemoryAlertStore {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// Puts an alert in place of its earlier self.
    fn replace(&mut self, alert: &Alert) {
        if let Some(known) = self.alerts.iter_mut().find(|known| is_same(known, alert)) {
            *known = alert.clone();
        }
    }

    /// The last test that each route delivered.
    fn proofs(&self) -> Vec<NotificationId> {
        let records = self.deliveries.iter().map(|row| &row.record);
        let delivered = records.filter(|record| matches!(record.state, DeliveryState::Delivered { .. }));
        let tests = delivered.filter(|record| record.delivery.notification.kind == NotificationKind::Synthetic);
        let last = tests.map(|record| (record.delivery.route.as_str(), record.delivery.notification.id()));
        last.collect::<BTreeMap<_, _>>().into_values().collect()
    }
}

/// Whether they are one alert, at two instants or at one.
fn is_same(one: &Alert, other: &Alert) -> bool {
    one.root == other.root && one.opened_at == other.opened_at
}

#[async_trait]
impl AlertStore for MemoryAlertStore {
    async fn open_alerts(&self) -> Result<Vec<Alert>, AlertStoreError> {
        Ok(self.tables().alerts.iter().filter(|alert| alert.resolved_at.is_none()).cloned().collect())
    }

    async fn sent_since(&self, since: Timestamp) -> Result<Vec<Sent>, AlertStoreError> {
        let tables = self.tables();
        Ok(tables.notifications.iter().flat_map(Notification::sent).filter(|sent| sent.at >= since).collect())
    }

    async fn save(&self, decisions: &Decisions, routes: &[&str]) -> Result<(), AlertStoreError> {
        let mut tables = self.tables();
        let is_open =
            |root: &RootCause| tables.alerts.iter().any(|alert| alert.resolved_at.is_none() && alert.root == *root);
        if let Some(twice) = decisions.opened.iter().find(|alert| is_open(&alert.root)) {
            return Err(AlertStoreError(format!("{} has an open alert already", twice.root).into()));
        }
        let is_known = |fresh: &&Notification| tables.notifications.iter().any(|known| known.id() == fresh.id());
        if let Some(twice) = decisions.notifications.iter().find(is_known) {
            return Err(AlertStoreError(format!("notification {} is known already", twice.id()).into()));
        }
        tables.alerts.extend(decisions.opened.iter().cloned());
        decisions.continued.iter().chain(&decisions.resolved).for_each(|alert| tables.replace(alert));
        for notification in &decisions.notifications {
            tables.notifications.push(notification.clone());
            tables.deliveries.extend(routes.iter().map(|route| {
                let delivery = Delivery { route: (*route).to_owned(), notification: notification.clone() };
                let state = DeliveryState::Undelivered { error: None };
                Row { record: DeliveryRecord { delivery, attempts: 0, state }, tried_at: None }
            }));
        }
        Ok(())
    }

    async fn take_due(&self, routes: &[&str], how: Retries, now: Timestamp) -> Result<Vec<Delivery>, AlertStoreError> {
        let mut taken = Vec::new();
        for Row { record, tried_at } in &mut self.tables().deliveries {
            let is_left = matches!(record.state, DeliveryState::Undelivered { .. }) && record.attempts < how.attempts;
            let has_waited = tried_at.is_none_or(|tried_at| now.duration_since(tried_at) >= how.wait);
            if is_left && has_waited && routes.contains(&record.delivery.route.as_str()) {
                record.attempts += 1;
                *tried_at = Some(now);
                taken.push(record.delivery.clone());
            }
        }
        Ok(taken)
    }

    async fn record(&self, delivery: &Delivery, state: &DeliveryState) -> Result<(), AlertStoreError> {
        let mut tables = self.tables();
        if let Some(row) = tables.deliveries.iter_mut().find(|row| row.record.delivery == *delivery) {
            row.record.state = state.clone();
        }
        Ok(())
    }

    async fn last_synthetics(&self) -> Result<BTreeMap<String, Timestamp>, AlertStoreError> {
        let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
        for Row { record: DeliveryRecord { delivery, state, .. }, .. } in &self.tables().deliveries {
            if let (NotificationKind::Synthetic, DeliveryState::Delivered { at }) = (delivery.notification.kind, state)
            {
                let newest = last.entry(delivery.route.clone()).or_insert(*at);
                *newest = (*newest).max(*at);
            }
        }
        Ok(last)
    }

    async fn newest_alerts(&self, limit: usize) -> Result<Vec<Alert>, AlertStoreError> {
        let mut alerts = self.tables().alerts.clone();
        alerts.sort_by_key(|alert| (alert.resolved_at.is_some(), Reverse(alert.opened_at), alert.root.clone()));
        alerts.truncate(limit);
        Ok(alerts)
    }

    async fn newest_deliveries(&self, limit: usize) -> Result<Vec<DeliveryRecord>, AlertStoreError> {
        Ok(self.tables().deliveries.iter().rev().take(limit).map(|row| row.record.clone()).collect())
    }

    async fn prune(&self, before: Timestamp) -> Result<u64, AlertStoreError> {
        let mut tables = self.tables();
        let proofs = tables.proofs();
        let Tables { alerts, notifications, deliveries } = &mut *tables;
        let there = alerts.len() + notifications.len();
        alerts.retain(|alert| alert.resolved_at.is_none_or(|resolved_at| resolved_at >= before));
        let is_there = |news: &News| alerts.iter().any(|alert| is_same(alert, &news.alert));
        notifications.retain(|told| told.at >= before || told.news.iter().any(is_there) || proofs.contains(&told.id()));
        deliveries.retain(|row| notifications.contains(&row.record.delivery.notification));
        Ok((there - alerts.len() - notifications.len()) as u64)
    }
}
