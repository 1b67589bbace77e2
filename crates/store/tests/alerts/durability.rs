//! What only a store on disk can do: outlive its process, and be looked at without being changed.

use crate::bakery::{burnt, minute, opening};

#[tokio::test]
async fn what_was_saved_is_there_when_the_store_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let rye = burnt("rye", 0);
    let store = store::Store::create(directory.path()).unwrap();
    store.alerts.save(&opening(&[&rye]), &["bell"]).await.unwrap();
    drop(store);
    let store = store::Store::open(directory.path()).unwrap();
    assert_eq!(store.alerts.open_alerts().await.unwrap(), [rye]);
    assert_eq!(store.alerts.newest_deliveries(9).await.unwrap().len(), 1);
    let refused = store.alerts.prune(minute(60)).await.unwrap_err();
    assert_eq!(refused.to_string(), "the store of alerts failed");
}

#[tokio::test]
async fn a_root_has_one_open_alert_even_if_two_processes_decide_so_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let [one, other] = [(); 2].map(|()| store::Store::create(directory.path()).unwrap());
    let (first, second) = (burnt("rye", 0), burnt("rye", 1));
    let saves = [(&one, opening(&[&first])), (&other, opening(&[&second]))];
    let saves = saves.map(|(store, decisions)| async move { store.alerts.save(&decisions, &["bell"]).await });
    let saved = futures::future::join_all(saves).await;
    assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1, "{saved:?}");
    assert_eq!(one.alerts.open_alerts().await.unwrap().len(), 1);
    assert_eq!(one.alerts.newest_deliveries(9).await.unwrap().len(), 1);
}
