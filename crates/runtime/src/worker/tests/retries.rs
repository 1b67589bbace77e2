//! Retries: how often, when, and never so many that they make a storm.

use super::*;

const UPSTREAM: FailureCategory = FailureCategory::UpstreamFailure;

#[tokio::test]
async fn a_permanent_failure_is_dead_after_one_attempt() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.work_off(|| Err(Failure::permanent(UPSTREAM, "400 Bad Request"))).await;
    shop.clock.set(at(3600));
    assert_eq!(hand.tick().await.len(), 0);
    let dead = TaskState::Dead { category: UPSTREAM, why: "400 Bad Request".into() };
    assert_eq!(shop.state("roast", "day 0").await, dead);
    assert_eq!(shop.ledger.attempts().len(), 1);
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_after_10_then_20_then_40_seconds() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    for second in 0..200 {
        shop.clock.set(at(second));
        hand.work_off(|| fails(UPSTREAM)).await;
    }
    let started: Vec<_> = shop.ledger.attempts().iter().map(|attempt| attempt.started_at).collect();
    assert_eq!(started, [0, 10, 30, 70].map(at));
    let numbers: Vec<_> = shop.ledger.attempts().iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let why = "the mill jams (after 4 attempts)".to_owned();
    assert_eq!(shop.state("roast", "day 0").await, TaskState::Dead { category: UPSTREAM, why });
}

#[tokio::test]
async fn when_everything_fails_a_tenth_is_tried_again_within_the_hour() {
    let shop = Shop::with(&roasts(100)).await;
    let hand = shop.hand("one");
    for second in 0..3600 {
        shop.clock.set(at(second));
        hand.work_off(|| fails(UPSTREAM)).await;
    }
    assert_eq!(shop.ledger.attempts().len(), 110);
    let why = "the retries of roast are spent for now, and it failed: the mill jams";
    let states = shop.ledger.unsettled().await.unwrap().into_iter().map(|task| task.state);
    assert_eq!(states.filter(|state| state.why() == Some(why)).count(), 100);
}

#[tokio::test]
async fn what_came_too_early_is_looked_at_again_in_time_and_charged_nothing() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    hand.finish(Ok(Produced::TooEarly { until: at(500), why: "green".into() }));
    hand.tick().await;
    shop.clock.set(at(499));
    assert_eq!(hand.tick().await.len(), 0);
    shop.clock.set(at(500));
    assert_eq!(hand.tick().await.len(), 1);
    assert_eq!(shop.ledger.attempts()[1].number, 1);
}
