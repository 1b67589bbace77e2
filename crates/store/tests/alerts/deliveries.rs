//! What a store does about deliveries: taking what is due, counting attempts, keeping what came of them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::SignedDuration;
use runtime::alerts::{AlertSink, Alerter, Change, Decisions, DeliveryState, Notification, Policy, SinkError};

use crate::bakery::{Alerts, THRICE, burnt, dead, deliver, minute, opening, test, told};

/// Routes and subjects of what is taken at a minute.
async fn taken(store: &Alerts, routes: &[&str], at: i64) -> Vec<String> {
    let due = store.take_due(routes, THRICE, minute(at)).await.unwrap();
    let subject = |told: &Notification| told.news.first().map_or("test".to_owned(), |it| it.alert.root.subject.clone());
    due.iter().map(|delivery| format!("{} {}", delivery.route, subject(&delivery.notification))).collect()
}

pub(crate) async fn what_is_due_is_taken_in_order_by_the_routes_that_ask(store: Alerts) {
    store.save(&opening(&[&burnt("rye", 0), &burnt("wheat", 0)]), &["horn", "bell"]).await.unwrap();
    store.save(&test(minute(0)), &["bell"]).await.unwrap();
    assert_eq!(taken(&store, &["bell"], 0).await, ["bell rye", "bell wheat", "bell test"]);
    assert_eq!(taken(&store, &[], 9).await, [""; 0]);
    assert_eq!(taken(&store, &["gong"], 9).await, [""; 0]);
    let both = taken(&store, &["bell", "horn"], 9).await;
    assert_eq!(both, ["horn rye", "bell rye", "horn wheat", "bell wheat", "bell test"]);
}

pub(crate) async fn an_attempt_counts_before_it_is_made_and_waits_for_the_next(store: Alerts) {
    store.save(&opening(&[&burnt("rye", 0)]), &["bell"]).await.unwrap();
    let mut minutes = Vec::new();
    for at in 0..20 {
        if !taken(&store, &["bell"], at).await.is_empty() {
            minutes.push(at);
        }
    }
    assert_eq!(minutes, [0, 2, 4], "three attempts, two minutes apart");
    let record = store.newest_deliveries(1).await.unwrap().remove(0);
    assert_eq!((record.attempts, record.state), (3, DeliveryState::Undelivered { error: None }));
}

pub(crate) async fn what_came_of_a_delivery_is_kept(store: Alerts) {
    store.save(&opening(&[&burnt("rye", 0), &burnt("wheat", 0), &burnt("oat", 0)]), &["bell"]).await.unwrap();
    let states = [
        DeliveryState::Undelivered { error: Some("the bell is \"broken\"".to_owned()) },
        DeliveryState::Delivered { at: minute(1) },
        DeliveryState::Outdated,
    ];
    for (delivery, state) in store.take_due(&["bell"], THRICE, minute(0)).await.unwrap().iter().zip(&states) {
        store.record(delivery, state).await.unwrap();
    }
    let kept: Vec<_> = store.newest_deliveries(9).await.unwrap().into_iter().rev().map(|record| record.state).collect();
    assert_eq!(kept, states);
    assert_eq!(taken(&store, &["bell"], 9).await, ["bell rye"], "what failed is tried again");
    let rye = store.newest_deliveries(9).await.unwrap().remove(2);
    assert_eq!((rye.attempts, &rye.state), (2, &states[0]), "with the last error until it is recorded anew");
}

pub(crate) async fn an_instant_finer_than_a_microsecond_loses_no_delivery(store: Alerts) {
    let fine = minute(0) + SignedDuration::from_nanos(789);
    let notifications = vec![told(Change::Opened, &burnt("rye", 0), fine), Notification::synthetic(fine)];
    let names: Vec<_> = notifications.iter().map(Notification::id).collect();
    let decisions = Decisions { notifications, ..Decisions::default() };
    store.save(&decisions, &["bell"]).await.unwrap();
    let due = store.take_due(&["bell"], THRICE, minute(0)).await.unwrap();
    assert_eq!(due.iter().map(|delivery| delivery.notification.id()).collect::<Vec<_>>(), names);
    for delivery in &due {
        store.record(delivery, &DeliveryState::Outdated).await.unwrap();
    }
    assert_eq!(taken(&store, &["bell"], 9).await, [""; 0]);
}

pub(crate) async fn the_last_test_that_arrived_proves_a_route(store: Alerts) {
    assert!(store.last_synthetics().await.unwrap().is_empty());
    store.save(&opening(&[&burnt("rye", 0)]), &["bell", "horn"]).await.unwrap();
    deliver(&store, "horn", minute(0)).await;
    for at in [10, 20] {
        store.save(&test(minute(at)), &["bell", "horn", "gong"]).await.unwrap();
        deliver(&store, "bell", minute(at + 1)).await;
    }
    store.save(&test(minute(30)), &["bell"]).await.unwrap();
    let proven: Vec<_> = store.last_synthetics().await.unwrap().into_iter().collect();
    assert_eq!(proven, [("bell".to_owned(), minute(21))], "neither what is no test nor what did not arrive proves any");
}

/// A route into memory.
#[derive(Default)]
struct Bell(Mutex<Vec<&'static str>>);

#[async_trait]
impl AlertSink for Bell {
    fn route(&self) -> &str {
        "bell"
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        self.0.lock().unwrap().push(notification.kind.code());
        Ok(())
    }
}

pub(crate) async fn people_are_told_once_whichever_process_ticks(store: Alerts) {
    let bell = Arc::new(Bell::default());
    let alerter = || Alerter::new(store.clone(), vec![bell.clone() as Arc<dyn AlertSink>], Policy::default());
    alerter().synthetic(minute(0)).await.unwrap();
    for at in 1..10 {
        alerter().tick(&[dead("rye")], minute(at)).await.unwrap();
    }
    for at in 10..20 {
        alerter().tick(&[], minute(at)).await.unwrap();
    }
    assert_eq!(*bell.0.lock().unwrap(), ["synthetic", "opened", "resolved"]);
    let rye = store.newest_alerts(9).await.unwrap().remove(0);
    assert_eq!((rye.opened_at, rye.held_at, rye.resolved_at), (minute(1), minute(9), Some(minute(14))));
}
