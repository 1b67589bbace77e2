//! Breakers are moved by whoever read them last, and by nobody else.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use runtime::{Breaker, Moved, StepId};
use store::Store;

use crate::attempts::now;
use crate::place::Place;

fn publish() -> StepId {
    StepId::from("publish")
}

fn open(times: u32) -> Breaker {
    let (until, since) = (now() + SignedDuration::from_mins(1), now());
    Breaker::Open { until, since, times, why: "größter Fehler".into() }
}

fn probing(times: u32) -> Breaker {
    open(times).probing(SignedDuration::from_mins(5), now())
}

fn held() -> Breaker {
    Breaker::Held { since: now(), by: "anna".into(), why: "die Quoten stimmen nicht".into() }
}

async fn moves(store: &Store, from: &Breaker, to: &Breaker) -> Moved {
    store.ledger.move_breaker(&publish(), from, to).await.unwrap()
}

async fn stands(store: &Store) -> BTreeMap<StepId, Breaker> {
    store.ledger.breakers().await.unwrap()
}

pub(crate) async fn a_breaker_reads_back_wherever_it_stands(place: Place) {
    let store = place.open().await;
    assert_eq!(stands(&store).await, BTreeMap::new());
    let failed = |failures| Breaker::Closed { failures };
    let course = [failed(1), failed(4), open(1), probing(1), held(), open(2), probing(2)];
    let mut stood = Breaker::default();
    for breaker in course {
        assert_eq!(moves(&store, &stood, &breaker).await, Moved::Yes);
        assert_eq!(stands(&store).await, BTreeMap::from([(publish(), breaker.clone())]));
        let reader = place.look().await;
        assert_eq!(stands(&reader).await, stands(&store).await);
        stood = breaker;
    }
    assert_eq!(moves(&store, &stood, &stood.succeeded()).await, Moved::Yes);
    assert_eq!(stands(&store).await, BTreeMap::new(), "closed, it is forgotten");
}

pub(crate) async fn a_breaker_that_moved_meanwhile_is_left_where_it_is(place: Place) {
    let store = place.open().await;
    let course =
        [Breaker::default(), Breaker::Closed { failures: 1 }, open(1), probing(1), held(), open(2), probing(2)];
    for (stands_at, breaker) in course.iter().enumerate() {
        if stands_at > 0 {
            assert_eq!(moves(&store, &course[stands_at - 1], breaker).await, Moved::Yes);
        }
        let before = stands(&store).await;
        for (read_at, stale) in course.iter().enumerate().filter(|(read_at, _)| *read_at != stands_at) {
            for to in course.iter().filter(|to| *to != stale) {
                assert_eq!(moves(&store, stale, to).await, Moved::No, "{read_at} is not {stands_at}");
            }
        }
        assert_eq!(stands(&store).await, before);
    }
}

pub(crate) async fn of_many_that_would_probe_one_does(place: Place) {
    let store = place.open().await;
    let other = place.open().await;
    moves(&store, &Breaker::default(), &open(1)).await;
    let mut moved = tokio::task::JoinSet::new();
    for ledger in [&store, &other].into_iter().cycle().take(16).map(|store| store.ledger.clone()) {
        moved.spawn(async move { ledger.move_breaker(&publish(), &open(1), &probing(1)).await.unwrap() });
    }
    let moved = moved.join_all().await;
    assert_eq!(moved.iter().filter(|moved| **moved == Moved::Yes).count(), 1);
}
