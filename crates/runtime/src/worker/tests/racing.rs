//! Several workers at once: each attempt is made once, lanes hold, and nobody's news get lost.

use std::collections::BTreeSet;

use futures::future::join_all;
use tokio::sync::Semaphore;

use super::*;

fn four(shop: &Shop) -> [Hand; 4] {
    ["one", "two", "three", "four"].map(|name| shop.gated(name, Polite))
}

#[tokio::test]
async fn four_workers_make_each_attempt_once() {
    let shop = Shop::with(&roasts(30)).await;
    let hands = four(&shop);
    while shop.ledger.claimable_from().is_some() || hands.iter().any(|hand| hand.worker.busy() > 0) {
        for hand in &hands {
            while hand.launched() > 0 {
                hand.finish(rows("beans"));
            }
        }
        join_all(hands.iter().map(Hand::tick)).await;
    }
    let attempts = shop.attempts();
    assert_eq!((attempts.len(), attempts.values().max()), (30, Some(&1)));
    let workers: BTreeSet<_> = shop.ledger.attempts().into_iter().map(|attempt| attempt.worker).collect();
    assert_eq!(workers.len(), 4, "and all of them worked");
}

#[tokio::test]
async fn a_lane_is_worked_off_one_task_at_a_time_in_its_order() {
    let lane = Some(Lane::from("oven"));
    let plan: Vec<_> = roasts(5).into_iter().map(|task| PlannedTask { lane: lane.clone(), ..task }).collect();
    let shop = Shop::with(&plan).await;
    let hands = four(&shop);
    let mut order = Vec::new();
    for _ in 0..5 {
        let started = join_all(hands.iter().map(Hand::tick)).await.concat();
        assert_eq!(started.len(), 1);
        order.extend(started);
        let busy = hands.iter().find(|hand| hand.launched() > 0).unwrap();
        busy.finish(rows("beans"));
        busy.worker.close_to_new();
        busy.tick().await;
        busy.worker.bench().closing = false;
    }
    assert_eq!(order, ["day 0", "day 1", "day 2", "day 3", "day 4"]);
}

#[tokio::test]
async fn two_that_settle_at_once_do_not_hide_each_others_news_from_who_waits_for_both() {
    let pack = PlannedTask { needs: vec!["roast".into(), "grind".into()], ..task("pack", "day 0") };
    let grind = PlannedTask { needs: Vec::new(), ..task("grind", "day 0") };
    let shop = Shop::with(&[task("roast", "day 0"), grind, pack]).await;
    let opens = [(); 2].map(|()| Arc::new(Semaphore::new(0)));
    let [one, two] = [0, 1].map(|n| shop.gated(["one", "two"][n], Barrier("put", opens[n].clone())));
    for (hand, step) in [(&one, "roast"), (&two, "grind")] {
        hand.worker.tick(&Work::Of(vec![TaskKey::new(step, "day 0")])).await.unwrap();
        hand.finish(rows(step));
        hand.worker.close_to_new();
    }
    // The first reads the grid before the second settles, and writes what it made of that after the second has read.
    let release = async {
        for open in &opens {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            open.add_permits(10);
        }
    };
    tokio::join!(one.tick(), two.tick(), release);
    assert_eq!(shop.state("pack", "day 0").await, TaskState::Ready { since: at(0) });
}

#[tokio::test]
async fn planning_beside_a_running_task_comes_to_an_end() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    let other = Readiness::Ready { inputs: Fingerprint::of(["other beans"]) };
    let plan = [PlannedTask { readiness: other, ..task("roast", "day 0") }];
    shop.enter(&plan).await;
    assert_eq!(shop.state("roast", "day 0").await, TaskState::Running);
    hand.finish(rows("beans"));
    hand.tick().await;
    assert_eq!(shop.state("roast", "day 0").await, TaskState::Done);
    shop.enter(&plan).await;
    assert_eq!(shop.state("roast", "day 0").await, TaskState::Ready { since: at(0) }, "the next plan sees it");
}
