//! What reaches people: by routes that fail, processes that die, stores that are gone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::*;
use crate::alerts::{
    AlertSink, AlertStore, AlertStoreError, Alerter, Delivery, DeliveryRecord, DeliveryState, MemoryAlertStore,
    Retries, SinkError,
};

/// How a route takes what it is given.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Takes,
    Refuses,
    Hangs,
}

/// A route into memory.
struct Route {
    name: &'static str,
    mood: Mutex<Mood>,
    tried: Mutex<Vec<String>>,
}

impl Route {
    fn new(name: &'static str, mood: Mood) -> Arc<Self> {
        Arc::new(Self { name, mood: Mutex::new(mood), tried: Mutex::default() })
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// The kinds of messages it was asked to deliver since last asked.
    fn tried(&self) -> Vec<String> {
        std::mem::take(&mut *self.tried.lock().unwrap())
    }
}

#[async_trait]
impl AlertSink for Route {
    fn route(&self) -> &str {
        self.name
    }

    async fn send(&self, notification: &Notification) -> Result<(), SinkError> {
        self.tried.lock().unwrap().push(notification.kind.code().to_owned());
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Takes => Ok(()),
            Mood::Refuses => Err(SinkError("the bell is broken".to_owned())),
            Mood::Hangs => std::future::pending().await,
        }
    }
}

fn alerter(store: &Arc<MemoryAlertStore>, routes: &[&Arc<Route>]) -> Alerter {
    let policy = Policy { patience: SignedDuration::ZERO, ..Policy::default() };
    Alerter::new(store.clone(), routes.iter().map(|route| (*route).clone() as Arc<dyn AlertSink>).collect(), policy)
}

/// A store whose routes were all proven at the start.
async fn proven(routes: &[&Arc<Route>]) -> Arc<MemoryAlertStore> {
    let store = Arc::new(MemoryAlertStore::default());
    let provers: Vec<Arc<Route>> = routes.iter().map(|route| Route::new(route.name, Mood::Takes)).collect();
    alerter(&store, &provers.iter().collect::<Vec<_>>()).synthetic(minute(0)).await.unwrap();
    store
}

async fn states(store: &MemoryAlertStore) -> Vec<(String, u32, &'static str)> {
    let deliveries = store.newest_deliveries(2).await.unwrap();
    deliveries.into_iter().map(|row| (row.delivery.route, row.attempts, row.state.code())).collect()
}

#[tokio::test]
async fn every_route_gets_what_is_decided_once() {
    let (bell, horn) = (Route::new("bell", Mood::Takes), Route::new("horn", Mood::Takes));
    let store = proven(&[&bell, &horn]).await;
    for minutes in 1..30 {
        // Each tick is another process.
        alerter(&store, &[&bell, &horn]).tick(&[dead("rye")], minute(minutes)).await.unwrap();
    }
    assert_eq!((bell.tried(), horn.tried()), (vec!["opened".to_owned()], vec!["opened".to_owned()]));
    assert_eq!(states(&store).await, [("horn".to_owned(), 1, "delivered"), ("bell".to_owned(), 1, "delivered")]);
}

#[tokio::test]
async fn a_route_that_fails_or_hangs_holds_up_no_other_and_is_tried_so_often() {
    for mood in [Mood::Refuses, Mood::Hangs] {
        let (bell, horn) = (Route::new("bell", mood), Route::new("horn", Mood::Takes));
        let store = proven(&[&bell, &horn]).await;
        let alerter = alerter(&store, &[&bell, &horn]);
        for minutes in 1..60 {
            alerter.tick(&[dead("rye")], minute(minutes)).await.unwrap();
        }
        assert_eq!((bell.tried().len(), horn.tried().len()), (6, 1), "{mood:?}");
        assert_eq!(states(&store).await, [("horn".to_owned(), 1, "delivered"), ("bell".to_owned(), 6, "undelivered")]);
        let deliveries = store.newest_deliveries(2).await.unwrap();
        let DeliveryState::Undelivered { error: Some(error) } = &deliveries[1].state else { panic!("it has an error") };
        let expected = if matches!(mood, Mood::Hangs) { "no answer within" } else { "the bell is broken" };
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_route_that_recovers_gets_what_it_missed() {
    let bell = Route::new("bell", Mood::Refuses);
    let store = proven(&[&bell]).await;
    alerter(&store, &[&bell]).tick(&[dead("rye")], minute(1)).await.unwrap();
    bell.becomes(Mood::Takes);
    alerter(&store, &[&bell]).tick(&[dead("rye")], minute(2)).await.unwrap();
    assert_eq!(bell.tried().len(), 1, "not tried again within two minutes");
    alerter(&store, &[&bell]).tick(&[dead("rye")], minute(3)).await.unwrap();
    alerter(&store, &[&bell]).tick(&[dead("rye")], minute(9)).await.unwrap();
    assert_eq!(bell.tried(), ["opened"]);
}

#[tokio::test]
async fn what_is_over_when_a_route_recovers_is_not_told_as_open() {
    let bell = Route::new("bell", Mood::Refuses);
    let store = proven(&[&bell]).await;
    let alerter = alerter(&store, &[&bell]);
    alerter.tick(&[dead("rye")], minute(1)).await.unwrap();
    assert_eq!(bell.tried(), ["opened"]);
    bell.becomes(Mood::Takes);
    alerter.tick(&[], minute(8)).await.unwrap();
    assert_eq!(bell.tried(), ["resolved"]);
    assert_eq!(states(&store).await, [("bell".to_owned(), 1, "delivered"), ("bell".to_owned(), 2, "outdated")]);
}

#[tokio::test]
async fn what_was_saved_by_a_process_that_died_is_sent_once_by_the_next() {
    let bell = Route::new("bell", Mood::Takes);
    let store = proven(&[&bell]).await;
    let decisions = decide(&[], &[dead("rye")], &[], &Policy::default(), minute(1));
    store.save(&decisions, &["bell"]).await.unwrap();
    for minutes in 2..30 {
        alerter(&store, &[&bell]).tick(&[dead("rye")], minute(minutes)).await.unwrap();
    }
    assert_eq!(bell.tried(), ["opened"]);
}

#[tokio::test]
async fn processes_that_die_while_sending_try_it_a_bounded_number_of_times() {
    let bell = Route::new("bell", Mood::Takes);
    let store = proven(&[&bell]).await;
    let decisions = decide(&[], &[dead("rye")], &[], &Policy::default(), minute(1));
    store.save(&decisions, &["bell"]).await.unwrap();
    let Retries { attempts, .. } = Policy::default().retries;
    let mut taken = 0;
    for minutes in 1..60 {
        taken += store.take_due(&["bell"], Policy::default().retries, minute(minutes)).await.unwrap().len();
    }
    assert_eq!(taken, usize::try_from(attempts).unwrap());
    alerter(&store, &[&bell]).tick(&[dead("rye")], minute(60)).await.unwrap();
    assert!(bell.tried().is_empty(), "it may have been told up to {attempts} times");
}

#[tokio::test]
async fn a_route_that_was_not_proven_for_26_hours_is_told_by_the_others_each_day() {
    let (bell, horn) = (Route::new("bell", Mood::Refuses), Route::new("horn", Mood::Takes));
    let store = Arc::new(MemoryAlertStore::default());
    let alerter = alerter(&store, &[&bell, &horn]);
    alerter.synthetic(minute(0)).await.unwrap();
    assert_eq!((bell.tried(), horn.tried()), (vec!["synthetic".to_owned()], vec!["synthetic".to_owned()]));
    alerter.tick(&[], minute(1)).await.unwrap();
    assert_eq!(horn.tried(), ["opened"], "the bell's test failed, so it never rang");
    alerter.tick(&[], minute(60 * 23)).await.unwrap();
    assert_eq!(horn.tried(), ["escalated"], "another day without proof");

    bell.becomes(Mood::Takes);
    alerter.synthetic(minute(60 * 24)).await.unwrap();
    alerter.tick(&[], minute(60 * 24 + 1)).await.unwrap();
    assert_eq!(horn.tried(), ["synthetic", "resolved"]);
    alerter.tick(&[], minute(60 * 50)).await.unwrap();
    assert!(horn.tried().is_empty(), "26 hours after the test");
    alerter.tick(&[], minute(60 * 50 + 1)).await.unwrap();
    assert_eq!(horn.tried(), ["opened", "opened"], "both routes");
}

/// A store that is gone.
struct Gone;

fn gone<T>() -> Result<T, AlertStoreError> {
    Err(AlertStoreError("no space left on device".into()))
}

#[async_trait]
impl AlertStore for Gone {
    async fn open_alerts(&self) -> Result<Vec<Alert>, AlertStoreError> {
        gone()
    }
    async fn sent_since(&self, _: Timestamp) -> Result<Vec<Sent>, AlertStoreError> {
        gone()
    }
    async fn save(&self, _: &Decisions, _: &[&str]) -> Result<(), AlertStoreError> {
        gone()
    }
    async fn take_due(&self, _: &[&str], _: Retries, _: Timestamp) -> Result<Vec<Delivery>, AlertStoreError> {
        gone()
    }
    async fn record(&self, _: &Delivery, _: &DeliveryState) -> Result<(), AlertStoreError> {
        gone()
    }
    async fn last_synthetics(&self) -> Result<BTreeMap<String, Timestamp>, AlertStoreError> {
        gone()
    }
    async fn newest_alerts(&self, _: usize) -> Result<Vec<Alert>, AlertStoreError> {
        gone()
    }
    async fn newest_deliveries(&self, _: usize) -> Result<Vec<DeliveryRecord>, AlertStoreError> {
        gone()
    }
    async fn prune(&self, _: Timestamp) -> Result<u64, AlertStoreError> {
        gone()
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_without_it_once_in_the_cooldown() {
    let bell = Route::new("bell", Mood::Takes);
    let alerter = Alerter::new(Arc::new(Gone), vec![bell.clone()], Policy::default());
    for minutes in 0..60 {
        assert!(alerter.tick(&[dead("rye")], minute(minutes)).await.is_err());
    }
    assert_eq!(bell.tried(), ["opened"]);
    assert!(alerter.tick(&[], minute(60)).await.is_err());
    assert_eq!(bell.tried(), ["opened"]);
}

#[test]
#[should_panic(expected = "two routes have one name")]
fn two_routes_of_one_name_are_refused() {
    let bell = Route::new("bell", Mood::Takes);
    alerter(&Arc::default(), &[&bell, &bell]);
}

#[tokio::test]
async fn what_is_saved_twice_is_refused_whole() {
    let store = MemoryAlertStore::default();
    let first = decide(&[], &[dead("rye")], &[], &Policy::default(), minute(1));
    store.save(&first, &["bell"]).await.unwrap();
    let again = decide(&[], &[dead("rye"), dead("wheat")], &[], &Policy::default(), minute(2));
    assert!(store.save(&again, &["bell"]).await.is_err(), "rye has an open alert");
    let known = Decisions { notifications: first.notifications.clone(), ..Decisions::default() };
    assert!(store.save(&known, &["bell"]).await.is_err());
    assert_eq!(store.open_alerts().await.unwrap(), first.opened);
    assert_eq!(store.newest_deliveries(9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_open_is_shown_first_then_the_newest() {
    let store = Arc::new(MemoryAlertStore::default());
    let alerter = alerter(&store, &[]);
    alerter.tick(&[dead("rye"), dead("wheat")], minute(0)).await.unwrap();
    alerter.tick(&[dead("wheat")], minute(9)).await.unwrap();
    alerter.tick(&[dead("wheat"), dead("spelt")], minute(10)).await.unwrap();
    let shown = store.newest_alerts(9).await.unwrap();
    let shown: Vec<_> = shown.iter().map(|alert| (alert.root.subject.as_str(), alert.resolved_at)).collect();
    assert_eq!(shown, [("spelt", None), ("wheat", None), ("rye", Some(minute(9)))]);
}
