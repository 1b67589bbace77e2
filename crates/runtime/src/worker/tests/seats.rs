//! Seats: who waits for an answer keeps nobody from computing, and the other way round.

use super::*;
use crate::SIDE_BY_SIDE;
use crate::state::Seat;

/// A hand that roasts by itself and waits for somebody else to pack.
fn hand(shop: &Shop) -> Hand {
    let desk = Arc::<Desk>::default();
    let step = |seat| Arc::new(Named(StepPolicy { seat, ..StepPolicy::default() })) as Arc<dyn Handler<Rows = String>>;
    let steps = [("roast", step(Seat::Computing)), ("pack", step(Seat::Waiting))];
    Hand { worker: shop.worker("one", shop.ledger.clone(), &steps, desk.clone()), desk }
}

fn days(step: &str) -> Vec<PlannedTask> {
    (0..50).map(|day| task(step, &format!("{step} on day {day}"))).collect()
}

async fn started(hand: &Hand) -> (usize, usize) {
    let started = hand.worker.tick(&Work::Anything).await.unwrap().started;
    let packs = started.iter().filter(|key| key.step.as_str() == "pack").count();
    (started.len() - packs, packs)
}

#[tokio::test]
async fn who_waits_takes_no_seat_of_who_computes() {
    let shop = Shop::with(&days("pack")).await;
    let hand = hand(&shop);
    let (roasts, packs) = started(&hand).await;
    assert!(roasts == 0 && (12..50).contains(&packs), "many wait at once: {packs}");
    assert_eq!(started(&hand).await, (0, 0), "and no more while they do");
    shop.enter(&days("roast")).await;
    assert_eq!(started(&hand).await, (SIDE_BY_SIDE, 0));
    assert!(!hand.worker.has_room());
}

#[tokio::test]
async fn only_steps_that_do_not_end_leave_a_worker_stuck() {
    let shop = Shop::with(&days("roast")).await;
    let hand = hand(&shop);
    assert_eq!(started(&hand).await, (SIDE_BY_SIDE, 0));
    assert!(hand.worker.has_room() && !hand.worker.is_stuck(), "it can still ask");
    shop.clock.set(at(60));
    hand.worker.keep().await.unwrap();
    assert!(hand.worker.is_stuck());
    while let Some((_, finish)) = hand.desk.0.lock().unwrap().pop_front() {
        finish.with(rows("too late"), Default::default());
    }
    hand.worker.tick(&Work::Of(Vec::new())).await.unwrap();
    assert!(!hand.worker.is_stuck());
}
