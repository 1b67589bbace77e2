//! What a store forgets in time, and what it must not.

use runtime::alerts::{Change, Decisions, Notification};

use crate::bakery::{Alerts, burnt, closing, deliver, minute, opening, over, test, told};

/// Every notification that is left, oldest first.
async fn left(store: &Alerts) -> Vec<Notification> {
    store.newest_deliveries(99).await.unwrap().into_iter().rev().map(|record| record.delivery.notification).collect()
}

pub(crate) async fn what_is_long_over_goes_with_what_was_told_of_it(store: Alerts) {
    let (rye, wheat, oat) = (burnt("rye", 0), burnt("wheat", 0), burnt("oat", 1));
    let aggregate = |alerts: &[&runtime::alerts::Alert]| {
        let news = opening(alerts).notifications.into_iter().flat_map(|told| told.news).collect();
        Notification { kind: runtime::alerts::NotificationKind::Aggregate, at: minute(0), news }
    };
    let mixed = aggregate(&[&rye, &wheat]);
    store.save(&opening(&[&rye, &wheat, &oat]), &["bell"]).await.unwrap();
    store.save(&Decisions { notifications: vec![mixed.clone()], ..Decisions::default() }, &["bell"]).await.unwrap();
    store.save(&closing(&over(&rye, 10)), &["bell"]).await.unwrap();
    store.save(&closing(&over(&oat, 20)), &["bell"]).await.unwrap();
    assert_eq!(store.prune(minute(10)).await.unwrap(), 0, "rye was over at that very instant");
    assert_eq!(store.prune(minute(11)).await.unwrap(), 3, "rye, that it opened, and that it was over");
    let alerts: Vec<_> = store.newest_alerts(9).await.unwrap().into_iter().map(|alert| alert.root.subject).collect();
    assert_eq!(alerts, ["wheat", "oat"]);
    let opened = |alert| told(Change::Opened, alert, alert.opened_at);
    let resolved = told(Change::Resolved, &over(&oat, 20), minute(20));
    assert_eq!(left(&store).await, [opened(&wheat), opened(&oat), mixed, resolved]);
    store.save(&opening(&[&burnt("rye", 30)]), &["bell"]).await.unwrap();
}

pub(crate) async fn the_last_proof_of_a_route_stays(store: Alerts) {
    for (at, route) in [(0, "bell"), (1, "horn"), (2, "bell"), (3, "gong")] {
        store.save(&test(minute(at)), &[route]).await.unwrap();
        if route != "gong" {
            deliver(&store, route, minute(at)).await;
        }
    }
    let proven = store.last_synthetics().await.unwrap();
    assert_eq!(store.prune(minute(60)).await.unwrap(), 2, "bell's first, and gong's that never arrived");
    assert_eq!(store.last_synthetics().await.unwrap(), proven);
    assert_eq!(left(&store).await, [1, 2].map(|at| Notification::synthetic(minute(at))));
}
