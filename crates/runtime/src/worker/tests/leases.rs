//! Leases: who is gone loses his tasks, who comes back finds himself fenced, who leaves gives them back.

use super::*;
use crate::AttemptOutcome;
use crate::worker::HEARTBEAT;

const LOST: AttemptOutcome = AttemptOutcome::Failed(FailureCategory::Lost);

async fn reap(shop: &Shop) -> usize {
    shop.reaper().tick().await.unwrap().len()
}

#[tokio::test]
async fn the_task_of_a_killed_worker_goes_to_another_within_a_heartbeat_and_a_tick() {
    let shop = Shop::with(&roasts(1)).await;
    shop.hand("killed").tick().await;
    let mut second = 0;
    while reap(&shop).await == 0 {
        second += 1;
        shop.clock.set(at(second));
    }
    assert!(seconds(second) <= HEARTBEAT + seconds(1), "{second} s");
    let why = "nothing was heard of killed since its lease ran out 0 s ago";
    let retry = TaskState::RetryAt { at: at(second + 10), category: FailureCategory::Lost, why: why.into() };
    assert_eq!(shop.state("roast", "day 0").await, retry);
    let other = shop.hand("other");
    assert_eq!(other.tick().await.len(), 0);
    shop.clock.set(at(second + 10));
    assert_eq!(other.tick().await.len(), 1);
}

#[tokio::test]
async fn the_task_of_a_process_that_is_known_to_be_gone_is_lost_at_once() {
    struct Coroner;
    impl Liveness for Coroner {
        fn of(&self, worker: &WorkerId) -> Life {
            if worker.as_str() == "killed" { Life::Gone } else { Life::Unknown }
        }
    }
    let shop = Shop::with(&roasts(5)).await;
    let [killed, alive] = ["killed", "alive"].map(|name| shop.hand(name));
    assert_eq!((killed.tick().await.len(), alive.tick().await.len()), (4, 1));
    let reaper = Reaper { liveness: Arc::new(Coroner), ..shop.reaper() };
    assert_eq!(reaper.tick().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_worker_that_keeps_beating_keeps_its_task() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    for second in 1..300 {
        shop.clock.set(at(second));
        hand.beat(second.unsigned_abs());
        hand.worker.keep().await.unwrap();
        assert_eq!(reap(&shop).await, 0, "at second {second}");
    }
    let progress = shop.ledger.attempts()[0].progress.clone().unwrap();
    assert_eq!((progress.stage.as_str(), progress.done), ("sacks", 295), "the ledger knows how far it is");
}

#[tokio::test]
async fn a_zombie_is_fenced_and_its_rows_are_nowhere() {
    let shop = Shop::with(&roasts(1)).await;
    let [zombie, other] = ["zombie", "other"].map(|name| shop.hand(name));
    zombie.tick().await;
    shop.clock.set(at(15));
    assert_eq!(reap(&shop).await, 1);
    shop.clock.set(at(25));
    other.tick().await;
    zombie.finish(rows("stale"));
    let tick = zombie.worker.tick(&Work::Anything).await.unwrap();
    assert!(tick.settled.is_empty() && tick.tasks.is_empty());
    assert_eq!(shop.output("roast", "day 0").await, None);
    other.finish(rows("fresh"));
    other.tick().await;
    assert_eq!(shop.output("roast", "day 0").await.as_deref(), Some("fresh"));
    let outcomes: Vec<_> = shop.ledger.attempts().iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [LOST, AttemptOutcome::Done]);
    assert_eq!((zombie.worker.busy(), zombie.worker.abandoned()), (0, 0), "it may work on");
}

#[tokio::test]
async fn a_beat_that_finds_its_attempt_closed_stops_the_step() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    shop.clock.set(at(15));
    reap(&shop).await;
    hand.worker.keep().await.unwrap();
    assert!(hand.is_stopped());
    assert_eq!((hand.worker.busy(), hand.worker.abandoned()), (0, 1));
    hand.finish(Err(Failure::transient(FailureCategory::Timeout, "it was told to stop")));
    hand.tick().await;
    assert_eq!((hand.worker.busy(), hand.worker.abandoned()), (0, 0));
    assert_eq!(shop.ledger.attempts()[0].outcome, LOST);
}

#[tokio::test]
async fn who_leaves_gives_back_what_he_holds_without_charging_an_attempt() {
    let shop = Shop::with(&roasts(3)).await;
    let hand = shop.hand("leaving");
    hand.tick().await;
    hand.finish(rows("done in time"));
    hand.worker.give_all_back().await.unwrap();
    assert_eq!(shop.output("roast", "day 0").await.as_deref(), Some("done in time"));
    let given_back = shop.task("roast", "day 1").await;
    assert_eq!((given_back.state, given_back.failures), (TaskState::Ready { since: at(0) }, 0));
    assert!(hand.is_stopped());
    assert_eq!((hand.tick().await.len(), hand.worker.busy()), (0, 0), "he takes no more");
    let other = shop.hand("other");
    assert_eq!(other.tick().await, ["day 1", "day 2"]);
    assert_eq!(shop.ledger.attempts()[3].number, 1);
}
