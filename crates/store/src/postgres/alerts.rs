//! Alerts on Postgres.

use std::collections::BTreeMap;

use async_trait::async_trait;
use deadpool_postgres::{Client, Transaction};
use jiff::Timestamp;
use runtime::alerts::{
    Alert, AlertStore, AlertStoreError, Decisions, Delivery, DeliveryRecord, DeliveryState, Notification, Retries, Sent,
};

use super::Postgres;
use super::named::{execute, of_row, params, query, query_each, storable};
use super::statements::sql;
use crate::error::Fault;
use crate::rows::alerts::{
    Notifications, alert, news, notification, read_alert, read_delivery_state, read_sent, recorded,
};
use crate::rows::tasks::{Named, micros};
use crate::rows::{Cells, Value};

#[async_trait]
impl AlertStore for Postgres {
    async fn open_alerts(&self) -> Result<Vec<Alert>, AlertStoreError> {
        let client = self.client().await?;
        Ok(query_each(&client, sql::open_alerts, &[], |row| read_alert(&mut Cells::from(row, 0))).await?)
    }

    async fn sent_since(&self, since: Timestamp) -> Result<Vec<Sent>, AlertStoreError> {
        let client = self.client().await?;
        let params = params! { ":since": since.as_microsecond() };
        Ok(query_each(&client, sql::sent_since, &params, |row| read_sent(&mut Cells::from(row, 0))).await?)
    }

    async fn save(&self, decisions: &Decisions, routes: &[&str]) -> Result<(), AlertStoreError> {
        Ok(save(&mut self.client().await?, decisions, routes).await?)
    }

    async fn take_due(&self, routes: &[&str], how: Retries, now: Timestamp) -> Result<Vec<Delivery>, AlertStoreError> {
        Ok(take_due(&mut self.client().await?, routes, how, now).await?)
    }

    async fn record(&self, delivery: &Delivery, state: &DeliveryState) -> Result<(), AlertStoreError> {
        let client = self.client().await?;
        run(&client, sql::record_delivery, recorded(delivery, state)).await?;
        Ok(())
    }

    async fn last_synthetics(&self) -> Result<BTreeMap<String, Timestamp>, AlertStoreError> {
        let client = self.client().await?;
        let last = query_each(&client, sql::last_synthetics, &[], |row| {
            let mut cells = Cells::from(row, 0);
            Ok((cells.text()?.into_owned(), cells.instant()?))
        });
        Ok(last.await?.into_iter().collect())
    }

    async fn newest_alerts(&self, limit: usize) -> Result<Vec<Alert>, AlertStoreError> {
        let client = self.client().await?;
        let params = params! { ":at_most": at_most(limit) };
        Ok(query_each(&client, sql::newest_alerts, &params, |row| read_alert(&mut Cells::from(row, 0))).await?)
    }

    async fn newest_deliveries(&self, limit: usize) -> Result<Vec<DeliveryRecord>, AlertStoreError> {
        Ok(newest_deliveries(&self.client().await?, limit).await?)
    }

    async fn prune(&self, before: Timestamp) -> Result<u64, AlertStoreError> {
        Ok(prune(&mut self.client().await?, before).await?)
    }
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

async fn run(client: &impl deadpool_postgres::GenericClient, text: &str, row: Named<'_>) -> Result<u64, Fault> {
    let row = storable(row);
    execute(client, text, &of_row(&row)).await
}

async fn save(client: &mut Client, decisions: &Decisions, routes: &[&str]) -> Result<(), Fault> {
    let transaction = client.transaction().await?;
    for opened in &decisions.opened {
        run(&transaction, sql::add_alert, alert(opened)).await?;
    }
    for moved in decisions.continued.iter().chain(&decisions.resolved) {
        run(&transaction, sql::update_alert, alert(moved)).await?;
    }
    for told in &decisions.notifications {
        add_notification(&transaction, told, routes).await?;
    }
    Ok(transaction.commit().await?)
}

/// Adds a notification, what it tells, and its deliveries.
async fn add_notification(transaction: &Transaction<'_>, told: &Notification, routes: &[&str]) -> Result<(), Fault> {
    let row = notification(told);
    let added = query(transaction, sql::add_notification, &of_row(&row)).await?;
    let number: i64 = added.first().ok_or(Fault::Stopped)?.try_get(0)?;
    for (place, item) in told.news.iter().enumerate() {
        let mut row = news(item);
        row.extend([(":notification", Value::Integer(number)), (":place", Value::Integer(place as i64))]);
        run(transaction, sql::add_news, row).await?;
    }
    let params = params! { ":notification": number, ":routes": routes };
    execute(transaction, sql::add_delivery, &params).await?;
    Ok(())
}

async fn take_due(client: &mut Client, routes: &[&str], how: Retries, now: Timestamp) -> Result<Vec<Delivery>, Fault> {
    let transaction = client.transaction().await?;
    let params = params! {
        ":now": now.as_microsecond(), ":attempts": i64::from(how.attempts), ":wait": micros(how.wait),
        ":routes": routes,
    };
    let taken = query_each(&transaction, sql::take_due, &params, |row| {
        let mut cells = Cells::from(row, 0);
        let (delivery, notification): (i64, i64) = (cells.whole()?, cells.whole()?);
        Ok((delivery, notification, cells.text()?.into_owned()))
    });
    let mut taken = taken.await?;
    taken.sort_unstable();
    let told = notifications(&transaction, taken.iter().map(|(_, number, _)| *number).collect()).await?;
    transaction.commit().await?;
    taken.into_iter().map(|(_, number, route)| Ok(told.delivery(number, route)?)).collect()
}

async fn newest_deliveries(client: &Client, limit: usize) -> Result<Vec<DeliveryRecord>, Fault> {
    let params = params! { ":at_most": at_most(limit) };
    let newest = query_each(client, sql::newest_deliveries, &params, |row| {
        let mut cells = Cells::from(row, 0);
        let (number, route, attempts) = (cells.whole::<i64>()?, cells.text()?.into_owned(), cells.whole()?);
        Ok((number, route, attempts, read_delivery_state(&mut cells)?))
    });
    let newest = newest.await?;
    let told = notifications(client, newest.iter().map(|(number, ..)| *number).collect()).await?;
    let records = newest.into_iter().map(|(number, route, attempts, state)| {
        Ok(DeliveryRecord { delivery: told.delivery(number, route)?, attempts, state })
    });
    records.collect()
}

/// These notifications with what they tell.
async fn notifications(
    client: &impl deadpool_postgres::GenericClient,
    numbers: Vec<i64>,
) -> Result<Notifications, Fault> {
    let mut told = Notifications::default();
    for row in query(client, sql::notifications, &params! { ":notifications": numbers }).await? {
        told.read(&mut Cells::from(&row, 0))?;
    }
    Ok(told)
}

async fn prune(client: &mut Client, before: Timestamp) -> Result<u64, Fault> {
    let transaction = client.transaction().await?;
    let params = params! { ":before": before.as_microsecond() };
    let alerts = execute(&transaction, sql::prune_alerts, &params).await?;
    let notifications = execute(&transaction, sql::prune_notifications, &params).await?;
    transaction.commit().await?;
    Ok(alerts + notifications)
}
