//! Deadlines that the clock owns: a step that says nothing, or takes too long, is ended, and the worker goes on.

use super::*;

fn timed_out(second: i64, why: &str) -> TaskState {
    TaskState::RetryAt { at: at(second), category: FailureCategory::Timeout, why: why.into() }
}

#[tokio::test]
async fn a_step_that_says_nothing_is_ended_after_its_silence() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    shop.clock.set(at(59));
    hand.worker.keep().await.unwrap();
    assert!(!hand.is_stopped());
    shop.clock.set(at(60));
    hand.worker.keep().await.unwrap();
    assert!(hand.is_stopped());
    hand.tick().await;
    assert_eq!(shop.state("roast", "day 0").await, timed_out(70, "it made no progress for 60 s"));
    assert_eq!((hand.worker.busy(), hand.worker.abandoned()), (0, 1));
}

#[tokio::test]
async fn a_step_that_beats_goes_on_until_the_attempts_deadline() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    for second in (50..320).step_by(50).chain([319]) {
        shop.clock.set(at(second));
        hand.beat(second.unsigned_abs());
        hand.worker.keep().await.unwrap();
        assert!(!hand.is_stopped(), "at second {second}");
    }
    shop.clock.set(at(320));
    hand.worker.keep().await.unwrap();
    hand.tick().await;
    assert_eq!(shop.state("roast", "day 0").await, timed_out(330, "it was not done within 320 s"));
}

#[tokio::test]
async fn what_a_step_brings_after_its_deadline_is_worth_nothing() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    shop.clock.set(at(60));
    hand.worker.keep().await.unwrap();
    hand.finish(rows("late"));
    hand.tick().await;
    assert_eq!(shop.state("roast", "day 0").await, timed_out(70, "it made no progress for 60 s"));
    assert_eq!(shop.output("roast", "day 0").await, None);
    assert_eq!(hand.worker.abandoned(), 0, "its place is free again");
}

#[tokio::test]
async fn what_a_step_brought_in_time_is_not_ended_while_the_ledger_is_away() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.gated("one", Fates("settle", Mutex::new([Fate::Lost; 2].into())));
    hand.tick().await;
    hand.finish(rows("in time"));
    for second in [1, 61] {
        shop.clock.set(at(second));
        assert!(hand.worker.tick(&Work::Anything).await.is_err(), "the ledger is away");
        hand.worker.keep().await.unwrap();
    }
    hand.tick().await;
    assert_eq!(shop.output("roast", "day 0").await.as_deref(), Some("in time"));
    assert_eq!((hand.worker.busy(), hand.worker.abandoned()), (0, 0));
}

#[tokio::test]
async fn it_is_known_when_to_keep_next() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    assert_eq!(hand.worker.next_keep(), None);
    hand.tick().await;
    for second in (5..60).step_by(5) {
        assert_eq!(hand.worker.next_keep(), Some(at(second)), "leases are renewed three times within one");
        shop.clock.set(at(second));
        hand.worker.keep().await.unwrap();
    }
    assert_eq!(hand.worker.next_keep(), Some(at(60)), "its silence");
}

#[tokio::test]
async fn steps_that_cannot_be_stopped_keep_their_place() {
    let shop = Shop::with(&roasts(6)).await;
    let hand = shop.hand("one");
    assert_eq!(hand.tick().await.len(), 4);
    shop.clock.set(at(60));
    hand.worker.keep().await.unwrap();
    assert_eq!(hand.tick().await.len(), 0, "all four threads are stuck");
    hand.finish(rows("late"));
    assert_eq!(hand.tick().await.len(), 1);
}
