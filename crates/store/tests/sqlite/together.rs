//! Several at work in one directory: each sees what the others write, and nothing is done twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use runtime::{Asked, Disposition, Lane, PlannedTask, RunReport, TaskKey, TaskState, Work};
use store::Store;

use crate::attempts::{beside, claim_of, count, done, entered, fresh, newest_attempt, now, offer, page, reap};
use crate::toy_steps::{Impatient, Toy, key, ready, told, worker};

/// Two stores in one directory.
fn two() -> (tempfile::TempDir, Store, Store) {
    let (directory, store) = fresh();
    let other = Store::create(directory.path()).unwrap();
    (directory, store, other)
}

#[tokio::test]
async fn a_lane_taken_here_is_taken_there() {
    let (_directory, here, there) = two();
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

#[test]
fn the_database_itself_lets_no_two_into_a_lane() {
    let (directory, _store) = fresh();
    let connection = beside(directory.path());
    let runs = |task: i64| {
        let text = "INSERT INTO task (task_id, step, partition, state, open_attempt, lane, updated_at)
                    VALUES (?1, 'publish', ?1, 'running', ?1, 'the page', 0)";
        connection.execute(text, [task])
    };
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    assert!(runs(1).is_ok());
    assert!(runs(2).unwrap_err().to_string().contains("UNIQUE constraint failed: task.lane"));
}

#[tokio::test]
async fn who_lives_is_not_reaped_by_others_before_its_lease_runs_out() {
    let (_directory, here, there) = two();
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

/// Writes again and again.
async fn write_on(store: &Store) {
    loop {
        let tasks = store.ledger.tasks(&[key("roast").partition]).await.unwrap();
        store.ledger.put(&tasks).await.unwrap();
    }
}

#[tokio::test]
async fn who_waits_is_woken_by_what_anybody_writes() {
    let (directory, here, there) = two();
    let reader = Store::open(directory.path()).unwrap();
    here.ledger.put(&[entered(&key("roast"))]).await.unwrap();
    for waiting in [&here, &there, &reader] {
        tokio::select! {
            () = woken(waiting) => {}
            () = write_on(&there) => {}
        }
    }
}

#[tokio::test]
async fn who_waits_where_nothing_happens_waits_no_longer_than_he_said() {
    let (_directory, here, _there) = two();
    here.ledger.changed(SignedDuration::ZERO).await;
    here.ledger.changed(SignedDuration::from_micros(-1)).await;
}

#[tokio::test]
async fn a_lane_that_somebody_holds_for_another_plan_is_waited_for() {
    let (_directory, here, there) = two();
    let lane = Some(Lane::from("the page"));
    let mut elsewhere = entered(&TaskKey::new("bake", "tuesday"));
    elsewhere.recipe.lane = lane.clone();
    there.ledger.put(std::slice::from_ref(&elsewhere)).await.unwrap();
    let [held] = claim_of(&there, &[&elsewhere.key]).await.try_into().unwrap();
    let plan = [PlannedTask { lane, ..ready("bake", &[], "flour") }];
    let worker = worker(&here, &[("bake", Toy::Says("bake"))], Arc::new(Impatient), &Arc::default());
    let settle = async { there.ledger.settle(done(&held, page("1")), now()).await.unwrap() };
    let (report, _) = tokio::join!(biased; worker.run(&plan, Asked::ByClock), settle);
    assert_eq!(told(&report.unwrap()), ["bake Ran done"]);
}

fn ran(report: &RunReport) -> BTreeSet<&TaskKey> {
    let ran = report.tasks.iter().filter(|task| task.disposition == Disposition::Ran);
    ran.map(|task| &task.key).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_run_one_plan_share_its_tasks() {
    let (directory, here, there) = two();
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
    assert_eq!(count(directory.path(), "attempt"), 30);
}
