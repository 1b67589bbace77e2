//! Storms: what waits for something that is stale, or arrives in many pieces, burns no attempts.

use super::*;

const HOUR: i64 = 3600;

#[tokio::test]
async fn a_dependency_that_is_stale_for_twenty_hours_burns_no_attempt() {
    let shop = Shop::new();
    let hands = [shop.hand("one"), shop.hand("two")];
    let plan = |second: i64| {
        let mut plan = vec![task("roast", "today"), task("grind", "today")];
        if second < 20 * HOUR {
            let why = format!("the newest beans are {} hours old", second / HOUR);
            plan[0].readiness = Readiness::NotYet { until: Some(at(second + 60)), why };
        }
        plan
    };
    for second in (0..20 * HOUR).step_by(60) {
        shop.clock.set(at(second));
        shop.enter(&plan(second)).await;
        for hand in &hands {
            assert_eq!(hand.tick().await, Vec::<String>::new(), "after {second} s");
        }
    }
    assert_eq!(shop.ledger.attempts(), []);
    shop.clock.set(at(20 * HOUR));
    shop.enter(&plan(20 * HOUR)).await;
    hands[0].work_off(|| rows("fine")).await;
    let each = [("grind", 1), ("roast", 1)].map(|(step, times)| (TaskKey::new(step, "today"), times));
    assert_eq!(shop.attempts(), BTreeMap::from(each));
}

#[tokio::test]
async fn a_request_that_is_refused_is_not_made_again_however_often_it_is_planned() {
    let shop = Shop::new();
    let hand = shop.hand("one");
    for minute in 0..20 * 60 {
        shop.clock.set(at(60 * minute));
        shop.enter(&roasts(1)).await;
        hand.work_off(|| Err(Failure::permanent(FailureCategory::UpstreamFailure, "400 Bad Request"))).await;
    }
    assert_eq!(shop.ledger.attempts().len(), 1);
}

#[tokio::test]
async fn inputs_that_arrive_while_a_step_runs_are_one_more_attempt_together() {
    let shop = Shop::with(&roasts(1)).await;
    let hand = shop.hand("one");
    hand.tick().await;
    let mut plan = roasts(1);
    for sack in 1..30 {
        plan[0].readiness = Readiness::Ready { inputs: Fingerprint::of([format!("{sack} sacks")]) };
        shop.enter(&plan).await;
        hand.tick().await;
    }
    hand.work_off(|| rows("fine")).await;
    shop.enter(&plan).await;
    hand.work_off(|| rows("fine")).await;
    assert_eq!(shop.ledger.attempts().len(), 2);
}
