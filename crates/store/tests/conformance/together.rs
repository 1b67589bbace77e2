//! Several at work in one directory: each sees what the others write, and nothing is done twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use runtime::{Asked, Disposition, Lane, PlannedTask, RunReport, TaskKey, TaskState, Work};
use store::Store;

use crate::attempts::{claim_of, done, entered, newest_attempt, now, offer, page, reap, settle};
use crate::place::Place;
use crate::toy_steps::{Impatient, Toy, key, ready, worker};

pub(crate) async fn a_lane_taken_here_is_taken_there(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let keys = ["a", "b"].map(|step| TaskKey::new(step, "monday"));
    let mut tasks = keys.clone().map(|key| entered(&key));
    for task in &mut tasks {
        task.recipe.lane = Some(Lane::from("the page"));
    }
    here.ledger.put(&tasks).await.unwrap();
    let [held] = claim_of(&here, &[&keys[0]]).await.try_into().unwrap();
    for work in [Work::Anything, Work::Of(keys.clone().into())] {
        assert!(there.ledger.claim(&offer(&there, work), now()).await.unwrap().is_empty());
    }
    here.ledger.settle(done(&held, page("1")), now()).await.unwrap();
    let [next] = there.ledger.claim(&offer(&there, Work::Anything), now()).await.unwrap().try_into().unwrap();
    assert_eq!(next.task.key, keys[1]);
    assert_eq!(newest_attempt(&here, &keys[1]).await.worker, there.worker);
}

pub(crate) async fn the_database_itself_lets_no_two_into_a_lane(place: Place) {
    let store = place.open().await;
    let keys = ["a", "b"].map(|step| TaskKey::new(step, "monday"));
    store.ledger.put(&keys.clone().map(|key| entered(&key))).await.unwrap();
    assert_eq!(claim_of(&store, &[&keys[0], &keys[1]]).await.len(), 2);
    let refused = place.try_to_ask("UPDATE task SET lane = 'the page'").await.unwrap_err();
    assert!(refused.to_lowercase().contains("unique constraint"), "{refused}");
}

pub(crate) async fn who_lives_is_not_reaped_by_others_before_its_lease_runs_out(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    here.ledger.put(&[entered(&key("roast"))]).await.unwrap();
    let [held] = claim_of(&here, &[&key("roast")]).await.try_into().unwrap();
    assert_eq!(reap(&there, now()).await, []);
    assert_eq!(reap(&here, now()).await, []);
    assert!(here.ledger.settle(done(&held, page("1")), now()).await.is_ok());
}

/// Fails unless it is woken: nobody waits so long.
async fn woken(store: &Store) {
    let hours = SignedDuration::from_hours(9);
    tokio::time::timeout(Duration::from_secs(60), store.ledger.changed(hours)).await.expect("it slept on");
}

/// Writes again and again, each round what no other does: one that is cut short leaves its attempt open.
async fn write_on(store: &Store, round: usize) {
    for number in 0.. {
        settle(store, "publish", &format!("edition {round} {number}"), page("1")).await;
    }
}

pub(crate) async fn who_waits_is_woken_by_what_anybody_writes(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let reader = place.look().await;
    for (round, waiting) in [&here, &there, &reader].into_iter().enumerate() {
        tokio::select! {
            () = woken(waiting) => {}
            () = write_on(&there, round) => {}
        }
    }
}

pub(crate) async fn who_waits_where_nothing_happens_waits_no_longer_than_he_said(place: Place) {
    let (here, _there) = (place.open().await, place.open().await);
    here.ledger.changed(SignedDuration::ZERO).await;
    here.ledger.changed(SignedDuration::from_micros(-1)).await;
}

fn ran(report: &RunReport) -> BTreeSet<&TaskKey> {
    let ran = report.tasks.iter().filter(|task| task.disposition == Disposition::Ran);
    ran.map(|task| &task.key).collect()
}

pub(crate) async fn two_that_run_one_plan_share_its_tasks(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let steps: Vec<String> = (0..30).map(|number| format!("step {number}")).collect();
    let toys: Vec<(&str, Toy)> = steps.iter().map(|step| (step.as_str(), Toy::Says("1"))).collect();
    // Three chains, and one lane across them.
    let plan: Vec<PlannedTask> = steps
        .iter()
        .enumerate()
        .map(|(number, step)| {
            let needs: Vec<&str> = number.checked_sub(3).map(|before| steps[before].as_str()).into_iter().collect();
            let lane = (number % 5 == 0).then(|| Lane::from("the page"));
            PlannedTask { lane, ..ready(step, &needs, "x") }
        })
        .collect();
    let run = async |store: &Store| {
        let worker = worker(store, &toys, Arc::new(Impatient), &Arc::default());
        worker.run(&plan, Asked::ByClock).await.unwrap()
    };
    let (ours, theirs) = tokio::join!(run(&here), run(&there));
    assert!(ours.tasks.iter().chain(&theirs.tasks).all(|task| task.state == TaskState::Done));
    assert!(ran(&ours).is_disjoint(&ran(&theirs)));
    assert_eq!(ran(&ours).len() + ran(&theirs).len(), steps.len());
    assert_eq!(place.count("attempt").await, 30);
}
