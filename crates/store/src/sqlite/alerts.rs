//! Alerts on SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use runtime::alerts::{
    Alert, AlertStore, AlertStoreError, Decisions, Delivery, DeliveryRecord, DeliveryState, Notification, Retries, Sent,
};
use rusqlite::{Connection, named_params};

use super::Sqlite;
use super::ledger::{execute, select_each};
use super::statements::{instant, read_cells, sql};
use crate::error::Fault;
use crate::rows::Value;
use crate::rows::alerts::{
    Notifications, alert, news, notification, read_alert, read_delivery_state, read_sent, recorded,
};
use crate::rows::tasks::micros;

#[async_trait]
impl AlertStore for Sqlite {
    async fn open_alerts(&self) -> Result<Vec<Alert>, AlertStoreError> {
        let open =
            self.read(|connection| select_each(connection, sql::open_alerts, [], |row| read_cells(row, 0, read_alert)));
        Ok(open.await?)
    }

    async fn sent_since(&self, since: Timestamp) -> Result<Vec<Sent>, AlertStoreError> {
        let sent = self.read(move |connection| {
            let params = named_params! { ":since": since.as_microsecond() };
            select_each(connection, sql::sent_since, params, |row| read_cells(row, 0, read_sent))
        });
        Ok(sent.await?)
    }

    async fn save(&self, decisions: &Decisions, routes: &[&str]) -> Result<(), AlertStoreError> {
        let decisions = decisions.clone();
        let routes: Vec<String> = routes.iter().map(|route| (*route).to_owned()).collect();
        let saved = self.write(move |connection| {
            for opened in &decisions.opened {
                execute(connection, sql::add_alert, &alert(opened))?;
            }
            for moved in decisions.continued.iter().chain(&decisions.resolved) {
                execute(connection, sql::update_alert, &alert(moved))?;
            }
            decisions.notifications.iter().try_for_each(|told| add_notification(connection, told, &routes))
        });
        Ok(saved.await?)
    }

    async fn take_due(&self, routes: &[&str], how: Retries, now: Timestamp) -> Result<Vec<Delivery>, AlertStoreError> {
        let routes = serde_json::Value::from_iter(routes.iter().copied()).to_string();
        let taken = self.write(move |connection| take_due(connection, &routes, how, now));
        Ok(taken.await?)
    }

    async fn record(&self, delivery: &Delivery, state: &DeliveryState) -> Result<(), AlertStoreError> {
        let (delivery, state) = (delivery.clone(), state.clone());
        let recorded =
            self.write(move |connection| execute(connection, sql::record_delivery, &recorded(&delivery, &state)));
        recorded.await?;
        Ok(())
    }

    async fn last_synthetics(&self) -> Result<BTreeMap<String, Timestamp>, AlertStoreError> {
        let last = self.read(|connection| {
            select_each(connection, sql::last_synthetics, [], |row| Ok((row.get(0)?, instant(row.get(1)?)?)))
        });
        Ok(last.await?.into_iter().collect())
    }

    async fn newest_alerts(&self, limit: usize) -> Result<Vec<Alert>, AlertStoreError> {
        let newest = self.read(move |connection| {
            let params = named_params! { ":at_most": at_most(limit) };
            select_each(connection, sql::newest_alerts, params, |row| read_cells(row, 0, read_alert))
        });
        Ok(newest.await?)
    }

    async fn newest_deliveries(&self, limit: usize) -> Result<Vec<DeliveryRecord>, AlertStoreError> {
        Ok(self.read(move |connection| newest_deliveries(connection, limit)).await?)
    }

    async fn prune(&self, before: Timestamp) -> Result<u64, AlertStoreError> {
        let pruned = self.write(move |connection| {
            let before: [(&str, Value<'_>); 1] = [(":before", Value::Integer(before.as_microsecond()))];
            let alerts = execute(connection, sql::prune_alerts, &before.to_vec())?;
            Ok(alerts + execute(connection, sql::prune_notifications, &before.to_vec())?)
        });
        Ok(pruned.await? as u64)
    }
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Adds a notification, what it tells, and its deliveries.
fn add_notification(connection: &Connection, told: &Notification, routes: &[String]) -> Result<(), Fault> {
    execute(connection, sql::add_notification, &notification(told))?;
    let number = connection.last_insert_rowid();
    for (place, item) in told.news.iter().enumerate() {
        let mut params = news(item);
        params.extend([(":notification", Value::Integer(number)), (":place", Value::Integer(place as i64))]);
        execute(connection, sql::add_news, &params)?;
    }
    let mut statement = connection.prepare_cached(sql::add_delivery)?;
    for route in routes {
        statement.execute(named_params! { ":notification": number, ":route": route })?;
    }
    Ok(())
}

fn take_due(connection: &Connection, routes: &str, how: Retries, now: Timestamp) -> Result<Vec<Delivery>, Fault> {
    let params = named_params! {
        ":now": now.as_microsecond(), ":attempts": how.attempts, ":wait": micros(how.wait), ":routes": routes,
    };
    let mut taken = select_each(connection, sql::take_due, params, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    })?;
    taken.sort_unstable();
    let told = notifications(connection, taken.iter().map(|(_, number, _)| *number))?;
    taken.into_iter().map(|(_, number, route)| Ok(told.delivery(number, route)?)).collect()
}

fn newest_deliveries(connection: &Connection, limit: usize) -> Result<Vec<DeliveryRecord>, Fault> {
    let params = named_params! { ":at_most": at_most(limit) };
    let newest = select_each(connection, sql::newest_deliveries, params, |row| {
        let state = read_cells(row, 3, read_delivery_state)?;
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?, state))
    })?;
    let told = notifications(connection, newest.iter().map(|(number, ..)| *number))?;
    let records = newest.into_iter().map(|(number, route, attempts, state)| {
        Ok(DeliveryRecord { delivery: told.delivery(number, route)?, attempts, state })
    });
    records.collect()
}

/// These notifications with what they tell.
fn notifications(connection: &Connection, numbers: impl Iterator<Item = i64>) -> Result<Notifications, Fault> {
    let numbers = serde_json::Value::from_iter(numbers).to_string();
    let mut told = Notifications::default();
    let mut statement = connection.prepare_cached(sql::notifications)?;
    let mut rows = statement.query(named_params! { ":notifications": numbers })?;
    while let Some(row) = rows.next()? {
        read_cells(row, 0, |cells| told.read(cells))?;
    }
    Ok(told)
}
