//! Breakers at work: five of our own faults bar a step, one attempt probes it, one success frees it.

use futures::future::join_all;

use super::*;
use crate::{AttemptOutcome, Breaker, Moved};

const OURS: FailureCategory = FailureCategory::ProcessingError;

/// A shop where so many roasts have failed one after the other at second 0, and more are left to do.
async fn after(failures: usize, category: FailureCategory) -> Shop {
    let shop = Shop::with(&roasts(failures)).await;
    let hand = shop.hand("clumsy");
    hand.work_off(|| fails(category)).await;
    shop.enter(&[roasts(12).split_off(failures), vec![task("pack", "day 0")]].concat()).await;
    shop
}

async fn breaker(shop: &Shop) -> Option<Breaker> {
    shop.ledger.breakers().await.unwrap().remove(&"roast".into())
}

#[tokio::test]
async fn five_faults_of_our_own_open_it_and_bar_that_step_alone() {
    let shop = after(4, OURS).await;
    assert_eq!(breaker(&shop).await, Some(Breaker::Closed { failures: 4 }));
    let shop = after(5, OURS).await;
    let open = Breaker::Open { until: at(60), since: at(0), times: 1, why: "the mill jams".into() };
    assert_eq!(breaker(&shop).await, Some(open));
    let hand = shop.hand("one");
    let tick = hand.worker.tick(&Work::Anything).await.unwrap();
    assert_eq!(tick.started, [TaskKey::new("pack", "day 0")]);
}

#[tokio::test]
async fn what_is_not_our_fault_does_not_count() {
    for category in [FailureCategory::UpstreamFailure, FailureCategory::Lost, FailureCategory::NoDataAvailable] {
        assert_eq!(breaker(&after(7, category).await).await, None, "{category}");
    }
}

#[tokio::test]
async fn one_success_forgets_the_faults_before_it() {
    let shop = after(4, OURS).await;
    let hand = shop.hand("one");
    hand.worker.tick(&Work::Of(vec![TaskKey::new("roast", "day 4")])).await.unwrap();
    hand.finish(rows("beans"));
    hand.tick().await;
    assert_eq!(breaker(&shop).await, None);
}

#[tokio::test]
async fn what_a_process_declines_is_left_to_others() {
    let shop = Shop::with(&[roasts(1), vec![task("pack", "day 0")]].concat()).await;
    let mut hand = shop.hand("one");
    hand.worker = hand.worker.declining(vec!["roast".into()]);
    let named = Work::Of(vec![TaskKey::new("roast", "day 0")]);
    assert_eq!(hand.worker.tick(&named).await.unwrap().started, [], "not even by name");
    assert_eq!(hand.worker.tick(&Work::Anything).await.unwrap().started, [TaskKey::new("pack", "day 0")]);
    let other = shop.hand("other");
    assert_eq!(other.worker.tick(&Work::Anything).await.unwrap().started, [TaskKey::new("roast", "day 0")]);
}

#[tokio::test]
async fn what_a_person_holds_stands_still_whatever_comes_of_what_was_under_way() {
    let shop = Shop::with(&roasts(2)).await;
    let hand = shop.hand("one");
    hand.worker.tick(&Work::Of(vec![TaskKey::new("roast", "day 0")])).await.unwrap();
    let held = Breaker::Held { since: at(0), by: "anna".into(), why: "burnt beans".into() };
    assert_eq!(shop.ledger.move_breaker(&"roast".into(), &Breaker::default(), &held).await.unwrap(), Moved::Yes);
    // It looks again within seconds.
    shop.clock.set(at(10));
    hand.finish(rows("beans"));
    hand.tick().await;
    assert_eq!(breaker(&shop).await, Some(held.clone()), "one success frees no held step");
    shop.clock.set(at(1_000_000));
    assert_eq!(hand.worker.tick(&Work::Anything).await.unwrap().started, [], "it never expires");
    assert_eq!(shop.ledger.move_breaker(&"roast".into(), &held, &Breaker::default()).await.unwrap(), Moved::Yes);
    shop.clock.set(at(1_000_100));
    assert_eq!(hand.worker.tick(&Work::Anything).await.unwrap().started, [TaskKey::new("roast", "day 1")]);
}

/// Four workers who look at the same moment, a minute after it opened.
async fn probed(shop: &Shop) -> [Hand; 4] {
    let hands = ["one", "two", "three", "four"].map(|name| shop.gated(name, Polite));
    shop.clock.set(at(60));
    join_all(hands.iter().map(|hand| hand.worker.tick(&Work::Anything))).await;
    hands
}

#[tokio::test]
async fn four_workers_probe_with_one_attempt() {
    let shop = after(5, OURS).await;
    shop.hand("packer").work_off(|| rows("a sack")).await;
    let hands = probed(&shop).await;
    assert_eq!(hands.iter().map(Hand::launched).sum::<usize>(), 1);
    assert!(matches!(breaker(&shop).await, Some(Breaker::Probing { .. })));
    let returned = |attempt: &Attempt| attempt.outcome == AttemptOutcome::Returned;
    assert_eq!(shop.ledger.attempts().iter().filter(|attempt| returned(attempt)).count(), 3, "the others let it go");
    let later = join_all(hands.iter().map(Hand::tick)).await.concat();
    assert_eq!(later.len(), 0, "while it probes");
}

#[tokio::test]
async fn a_probe_that_succeeds_closes_it_and_after_one_that_fails_it_rests_as_long_again() {
    let shop = after(5, OURS).await;
    shop.hand("packer").work_off(|| rows("a sack")).await;
    let hands = probed(&shop).await;
    let prober = hands.iter().find(|hand| hand.launched() > 0).unwrap();
    prober.finish(fails(OURS));
    prober.tick().await;
    let Some(Breaker::Open { until, times, .. }) = breaker(&shop).await else { panic!("it opens again") };
    assert_eq!((until, times), (at(60 + 60), 2));
    shop.clock.set(until);
    assert_eq!(prober.tick().await.len(), 1);
    prober.finish(rows("beans"));
    assert_eq!(prober.tick().await.len(), 4, "as many as he can");
    assert_eq!(breaker(&shop).await, None);
}
