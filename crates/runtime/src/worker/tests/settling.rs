//! Settling: the ledger may be away, its answer may be lost, and still each attempt is closed once with its own rows.

use tokio::sync::Semaphore;

use super::*;
use crate::AttemptOutcome;

/// A worker over a shop of one roast and its grinding, whose settlements meet these fates.
async fn troubled(fates: &[Fate]) -> (Shop, Hand) {
    let shop = Shop::with(&[task("roast", "day 0"), task("grind", "day 0")]).await;
    let hand = shop.gated("one", Fates("settle", Mutex::new(fates.iter().copied().collect())));
    hand.tick().await;
    hand.finish(rows("beans"));
    (shop, hand)
}

#[tokio::test]
async fn a_settlement_that_found_no_ledger_is_made_again_with_the_same_rows() {
    let (shop, hand) = troubled(&[Fate::Lost, Fate::Lost]).await;
    for _ in 0..2 {
        hand.worker.tick(&Work::Anything).await.unwrap_err();
        assert_eq!(shop.state("roast", "day 0").await, TaskState::Running);
    }
    assert_eq!(hand.tick().await.len(), 1, "and what waited for it goes on");
    assert_eq!(shop.output("roast", "day 0").await.as_deref(), Some("beans"));
    assert_eq!(shop.attempts()[&TaskKey::new("roast", "day 0")], 1);
}

#[tokio::test]
async fn a_settlement_whose_answer_was_lost_is_not_made_twice() {
    let (shop, hand) = troubled(&[Fate::Unanswered]).await;
    hand.worker.tick(&Work::Anything).await.unwrap_err();
    let settled = shop.task("roast", "day 0").await;
    assert_eq!(settled.state, TaskState::Done);
    let tick = hand.worker.tick(&Work::Anything).await.unwrap();
    assert_eq!(tick.settled.len(), 1, "he learns of it");
    assert_eq!(tick.started, [TaskKey::new("grind", "day 0")]);
    assert_eq!(shop.task("roast", "day 0").await, settled);
}

#[tokio::test]
async fn a_lost_answer_costs_no_place_at_the_bench() {
    let (shop, hand) = troubled(&[Fate::Unanswered]).await;
    hand.worker.tick(&Work::Anything).await.unwrap_err();
    shop.clock.set(at(5));
    hand.worker.keep().await.unwrap();
    hand.tick().await;
    assert_eq!(hand.worker.abandoned(), 0);
}

#[tokio::test]
async fn an_attempt_that_is_closed_while_it_is_being_settled_costs_no_place_either() {
    let shop = Shop::with(&roasts(1)).await;
    let settles = Arc::new(Semaphore::new(0));
    let hand = shop.gated("one", Barrier("settle", settles.clone()));
    hand.tick().await;
    hand.finish(rows("beans"));
    shop.clock.set(at(15));
    let meanwhile = async {
        shop.reaper().tick().await.unwrap();
        hand.worker.keep().await.unwrap();
        settles.add_permits(1);
    };
    tokio::join!(hand.tick(), meanwhile);
    assert_eq!(shop.output("roast", "day 0").await, None);
    assert_eq!((hand.worker.busy(), hand.worker.abandoned()), (0, 0));
}

#[tokio::test]
async fn the_very_rows_it_had_produced_before_keep_the_earlier_output() {
    let (shop, hand) = troubled(&[]).await;
    hand.work_off(|| rows("coffee")).await;
    let first = shop.task("roast", "day 0").await;
    let corrected = Readiness::Ready { inputs: Fingerprint::of(["the same beans, weighed again"]) };
    shop.enter(&[PlannedTask { readiness: corrected, ..task("roast", "day 0") }, task("grind", "day 0")]).await;
    hand.work_off(|| rows("beans")).await;
    let again = shop.task("roast", "day 0").await;
    assert_eq!((again.state, again.output), (TaskState::Done, first.output));
    assert_ne!(again.fingerprint, first.fingerprint);
    let attempts = shop.attempts();
    assert_eq!(attempts[&TaskKey::new("roast", "day 0")], 2);
    assert_eq!(attempts[&TaskKey::new("grind", "day 0")], 1, "nothing changed for it");
    assert_eq!(shop.ledger.attempts()[2].rows_written, 0);
}

#[tokio::test]
async fn other_rows_make_exactly_the_dependants_run_again() {
    let (shop, hand) = troubled(&[]).await;
    hand.work_off(|| rows("coffee")).await;
    let corrected = Readiness::Ready { inputs: Fingerprint::of(["better beans"]) };
    let pack = task("pack", "day 0");
    shop.enter(&[PlannedTask { readiness: corrected, ..task("roast", "day 0") }, pack]).await;
    hand.work_off(|| rows("better")).await;
    let attempts = shop.attempts();
    let made = ["roast", "grind", "pack"].map(|step| attempts[&TaskKey::new(step, "day 0")]);
    assert_eq!(made, [2, 2, 1]);
}

#[tokio::test]
async fn nothing_to_do_is_a_result_and_not_done_again() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.work_off(|| Ok(Produced::Nothing { why: "no beans".into() })).await;
    shop.enter(&roasts(1)).await;
    assert_eq!(shop.state("roast", "day 0").await, TaskState::EmptyOk { why: "no beans".into() });
    assert_eq!(shop.ledger.attempts().len(), 1);
    assert_eq!(shop.ledger.attempts()[0].outcome, AttemptOutcome::Nothing);
}
