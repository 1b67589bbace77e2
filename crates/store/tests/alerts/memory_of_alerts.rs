//! What a store remembers of alerts and of what people were told.

use std::collections::BTreeMap;

use runtime::alerts::{
    Alert, Cause, Change, Decisions, News, Notification, NotificationKind, RootCause, Sent, Severity,
};

use crate::bakery::{Alerts, burnt, closing, minute, opening, over, test, told};

pub(crate) async fn what_is_saved_comes_back_whole(store: Alerts) {
    let (rye, wheat) = (burnt("rye", 0), Alert { told: None, slas: BTreeMap::new(), ..burnt("wheat", 0) });
    let both = Notification {
        kind: NotificationKind::Aggregate,
        at: minute(0),
        news: vec![
            News { change: Change::Opened, alert: wheat.clone() },
            News { change: Change::Escalated, alert: rye.clone() },
        ],
    };
    let decisions = Decisions { notifications: vec![both.clone()], ..opening(&[&rye, &wheat]) };
    store.save(&decisions, &["bell"]).await.unwrap();
    assert_eq!(store.open_alerts().await.unwrap(), [rye, wheat]);
    assert_eq!(store.newest_deliveries(9).await.unwrap()[0].delivery.notification, both);
}

pub(crate) async fn every_code_can_be_kept(store: Alerts) {
    let alerts: Vec<Alert> = (0_i64..)
        .zip(Cause::ALL)
        .flat_map(|(minutes, cause)| {
            Severity::ALL.map(|severity| Alert {
                root: RootCause::new(cause, severity.code()),
                severity,
                ..burnt("rye", minutes)
            })
        })
        .collect();
    store.save(&opening(&alerts.iter().collect::<Vec<_>>()), &[]).await.unwrap();
    assert_eq!(store.open_alerts().await.unwrap(), alerts);
    let rye = burnt("rye", 60);
    let kinds = [Change::Opened, Change::Escalated, Change::Resolved].map(|change| told(change, &rye, minute(60)));
    let aggregate = Notification { kind: NotificationKind::Aggregate, ..kinds[0].clone() };
    let notifications = [kinds.to_vec(), vec![aggregate, Notification::synthetic(minute(60))]].concat();
    store.save(&Decisions { notifications: notifications.clone(), ..Decisions::default() }, &["bell"]).await.unwrap();
    let kept = store.newest_deliveries(9).await.unwrap();
    let kept: Vec<Notification> = kept.into_iter().rev().map(|record| record.delivery.notification).collect();
    assert_eq!(kept, notifications);
}

pub(crate) async fn what_is_saved_twice_is_refused_whole(store: Alerts) {
    let rye = burnt("rye", 0);
    store.save(&opening(&[&rye]), &["bell"]).await.unwrap();
    assert!(store.save(&opening(&[&burnt("wheat", 1), &burnt("rye", 1)]), &["bell"]).await.is_err(), "rye is open");
    let known = Decisions { notifications: opening(&[&rye]).notifications, ..opening(&[&burnt("spelt", 1)]) };
    assert!(store.save(&known, &["bell"]).await.is_err(), "that was told");
    assert_eq!(store.open_alerts().await.unwrap(), [rye]);
    assert_eq!(store.newest_deliveries(9).await.unwrap().len(), 1);
}

pub(crate) async fn an_alert_moves_in_its_place_and_opens_again_when_it_is_over(store: Alerts) {
    let (rye, wheat) = (burnt("rye", 0), burnt("wheat", 0));
    store.save(&opening(&[&rye, &wheat]), &[]).await.unwrap();
    let worse =
        Alert { severity: Severity::Critical, held_at: minute(5), told: None, message: "it burns".into(), ..rye };
    store.save(&Decisions { continued: vec![worse.clone()], ..Decisions::default() }, &[]).await.unwrap();
    assert_eq!(store.open_alerts().await.unwrap(), [worse.clone(), wheat.clone()]);
    store.save(&closing(&over(&worse, 9)), &[]).await.unwrap();
    assert_eq!(store.open_alerts().await.unwrap(), std::slice::from_ref(&wheat));
    let again = burnt("rye", 10);
    store.save(&opening(&[&again]), &[]).await.unwrap();
    assert_eq!(store.open_alerts().await.unwrap(), [wheat, again]);
}

pub(crate) async fn what_was_told_is_remembered_from_an_instant_on(store: Alerts) {
    let (rye, wheat) = (burnt("rye", 0), burnt("wheat", 1));
    store.save(&opening(&[&rye]), &[]).await.unwrap();
    store.save(&opening(&[&wheat]), &[]).await.unwrap();
    store.save(&closing(&over(&rye, 9)), &[]).await.unwrap();
    store.save(&test(minute(9)), &["bell"]).await.unwrap();
    let sent = |alert: &Alert, change, minutes| Sent {
        root: alert.root.clone(),
        change,
        severity: Severity::Warning,
        at: minute(minutes),
    };
    let expected = [sent(&rye, Change::Opened, 0), sent(&wheat, Change::Opened, 1), sent(&rye, Change::Resolved, 9)];
    assert_eq!(store.sent_since(minute(0)).await.unwrap(), expected);
    assert_eq!(store.sent_since(minute(1)).await.unwrap(), expected[1..]);
    assert_eq!(store.sent_since(minute(10)).await.unwrap(), []);
}

pub(crate) async fn what_is_open_is_shown_first_then_the_newest(store: Alerts) {
    let alerts = [burnt("rye", 0), burnt("wheat", 1), burnt("spelt", 2), burnt("oat", 3)];
    for alert in &alerts {
        store.save(&opening(&[alert]), &["bell"]).await.unwrap();
    }
    store.save(&closing(&over(&alerts[3], 9)), &["bell"]).await.unwrap();
    let shown = store.newest_alerts(3).await.unwrap();
    let shown: Vec<_> = shown.iter().map(|alert| alert.root.subject.as_str()).collect();
    assert_eq!(shown, ["spelt", "wheat", "rye"]);
    assert_eq!(store.newest_alerts(9).await.unwrap()[3], over(&alerts[3], 9));
    let deliveries = store.newest_deliveries(2).await.unwrap();
    let kinds = deliveries.iter().map(|record| record.delivery.notification.kind.code()).collect::<Vec<_>>();
    assert_eq!(kinds, ["resolved", "opened"]);
}
