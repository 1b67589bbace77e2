//! Several at once: every task is claimed once, no lane is held twice, and of two who settle one does.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use runtime::state::Ending;
use runtime::{Claim, Lane, LedgerError, Partition, Priority, Recipe, Task, TaskKey, TaskState, Work};
use store::Store;

use crate::attempts::{claim, done, ended, entered, now, offer, page, task};
use crate::place::Place;

const WORKERS: usize = 4;

/// Tasks of three urgencies, in four lanes and in none.
fn many(count: usize) -> Vec<Task> {
    let lane = |number: usize| (!number.is_multiple_of(5)).then(|| Lane::from(format!("lane {}", number % 5)));
    let recipe = |number: usize| {
        let priority = Priority(u8::try_from(number % 3).unwrap());
        Recipe { lane: lane(number), priority, ..Recipe::default() }
    };
    let key = |number: usize| TaskKey::new(format!("step {}", number % 7), format!("edition {number}"));
    (0..count).map(|number| Task { recipe: recipe(number), ..entered(&key(number)) }).collect()
}

/// What all workers together have claimed, and the lanes they are in just now.
#[derive(Default)]
struct Seen {
    claimed: BTreeSet<TaskKey>,
    lanes: BTreeSet<Lane>,
}

/// Works until so many tasks have been claimed by anybody.
async fn work(store: Store, seen: Arc<Mutex<Seen>>, count: usize) -> usize {
    let mut mine = 0;
    while seen.lock().unwrap().claimed.len() < count {
        let three = Claim { at_most: 3, ..offer(&store, Work::Anything) };
        let leases = store.ledger.claim(&three, now()).await.unwrap();
        assert!(leases.len() <= 3);
        for lease in &leases {
            let mut seen = seen.lock().unwrap();
            let (key, lane) = (lease.task.key.clone(), lease.task.recipe.lane.clone());
            assert!(lane.is_none_or(|lane| seen.lanes.insert(lane)), "the lane of {key} is held twice");
            assert!(seen.claimed.insert(key.clone()), "{key} is claimed twice");
        }
        for lease in &leases {
            if let Some(lane) = &lease.task.recipe.lane {
                seen.lock().unwrap().lanes.remove(lane);
            }
            store.ledger.settle(done(lease, page("1")), now()).await.unwrap();
        }
        if leases.is_empty() {
            store.ledger.changed(SignedDuration::from_millis(20)).await;
        }
        mine += leases.len();
    }
    mine
}

pub(crate) async fn four_workers_claim_every_task_once_and_share_no_lane(place: Place) {
    const TASKS: usize = 120;
    let store = place.open().await;
    assert_eq!(store.ledger.put(&many(TASKS)).await.unwrap().len(), TASKS);
    let seen = Arc::<Mutex<Seen>>::default();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(place.open().await, seen.clone(), TASKS));
    }
    assert_eq!(workers.join_all().await.into_iter().sum::<usize>(), TASKS);
    let partitions: Vec<Partition> = (0..TASKS).map(|number| format!("edition {number}").into()).collect();
    let tasks = store.ledger.tasks(&partitions).await.unwrap();
    assert_eq!(tasks.iter().filter(|task| task.state == TaskState::Done).count(), TASKS);
    assert_eq!(store.ledger.newest_attempts(&partitions).await.unwrap().len(), TASKS);
}

pub(crate) async fn of_two_who_settle_one_does(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    for round in 0..20 {
        let key = TaskKey::new("publish", format!("edition {round}"));
        let lease = claim(&here, &key).await;
        let (rows, lost) = (done(&lease, page("1")), ended(&lease, &Ending::lost("silent"), now()));
        let (rows, lost) = tokio::join!(here.ledger.settle(rows, now()), there.ledger.settle(lost, now()));
        let fenced = |outcome: &Result<_, LedgerError>| matches!(outcome, Err(LedgerError::Fenced(of)) if *of == key);
        assert!(rows.is_ok() && fenced(&lost) || lost.is_ok() && fenced(&rows), "{rows:?}, {lost:?}");
        let stands = task(&here, &key).await;
        assert_eq!(stands.state == TaskState::Done, rows.is_ok());
        assert_eq!(stands.output.is_some(), rows.is_ok());
    }
}

pub(crate) async fn who_says_the_same_twice_at_once_is_told_the_same(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    for round in 0..10 {
        let lease = claim(&here, &TaskKey::new("publish", format!("edition {round}"))).await;
        let say = || done(&lease, page("1"));
        let (one, two) = tokio::join!(here.ledger.settle(say(), now()), there.ledger.settle(say(), now()));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.output, one.rows_written), (two.output, two.rows_written));
    }
}

pub(crate) async fn of_two_who_write_a_task_one_does(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let mut known: Vec<Task> = many(50);
    for failures in 1..5 {
        let changed = |task: &Task| Task { failures, ..task.clone() };
        // In opposite orders: whoever locks one after the other must not wait for the other one for ever.
        let (forwards, backwards): (Vec<Task>, Vec<Task>) = (known.clone(), known.iter().rev().map(changed).collect());
        let (ours, theirs) = tokio::join!(here.ledger.put(&forwards), there.ledger.put(&backwards));
        let (ours, theirs) = (ours.unwrap(), theirs.unwrap());
        assert_eq!(ours.len() + theirs.len(), known.len(), "each was written once");
        known = [ours, theirs].concat();
        known.sort_by(|one, other| one.key.cmp(&other.key));
    }
}

pub(crate) async fn a_first_run_enters_thousands_of_tasks_at_once(place: Place) {
    const TASKS: usize = 6_000;
    let store = place.open().await;
    let tasks = many(TASKS);
    let written = store.ledger.put(&tasks).await.unwrap();
    let expected: Vec<Task> = tasks.into_iter().map(|task| Task { revision: 1, ..task }).collect();
    assert_eq!(written, expected);
    let partitions: Vec<Partition> = expected.iter().map(|task| task.key.partition.clone()).collect();
    assert_eq!(store.ledger.tasks(&partitions).await.unwrap(), expected, "in the order in which they were entered");
    let again = store.ledger.put(&expected).await.unwrap();
    assert_eq!(again.len(), TASKS);
    assert_eq!(store.ledger.put(&expected).await.unwrap(), [], "that is no news any more");
}
