//! A server that dies in the middle of work and comes back: what was told to be done is done, and work goes on.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use runtime::{Beat, Claim, HEARTBEAT, LedgerError, Partition, Task, TaskKey, TaskState, Work};
use store::Store;
use xtask::postgres::Server;

use crate::attempts::{claim, done, entered, now, offer, page, task};

/// A server of this test alone, and a store on it; nothing where there are none to be had.
async fn own_server() -> Option<(Server, Store)> {
    let server = Server::for_test().unwrap()?;
    let store = Store::connect(&server.url()).await.unwrap();
    Some((server, store))
}

fn is_unavailable<T>(outcome: &Result<T, LedgerError>) -> bool {
    matches!(outcome, Err(LedgerError::Unavailable(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_told_and_one_that_is_back_is_worked_with() {
    let Some((mut server, store)) = own_server().await else { return };
    let key = TaskKey::new("publish", "edition");
    let lease = claim(&store, &key).await;
    let beat = || Beat { attempt: lease.attempt, lease_until: now() + HEARTBEAT, progress: None };
    server.crash();
    for _ in 0..2 {
        let settled = store.ledger.settle(done(&lease, page("1")), now()).await;
        assert!(is_unavailable(&settled), "{settled:?}");
        assert!(is_unavailable(&store.ledger.claim(&offer(&store, Work::Anything), now()).await));
        assert!(is_unavailable(&store.ledger.put(&[entered(&key)]).await));
        assert!(is_unavailable(&store.ledger.beat(&[beat()]).await));
        assert!(is_unavailable(&store.ledger.breakers().await));
        assert!(store.schedules.lead("scheduler", "me", now(), HEARTBEAT).await.is_err());
    }
    server.recover().unwrap();
    assert_eq!(task(&store, &key).await.state, TaskState::Running, "the lease is still ours");
    assert_eq!(store.ledger.beat(&[beat()]).await.unwrap(), []);
    let settled = store.ledger.settle(done(&lease, page("1")), now()).await.unwrap();
    assert_eq!(settled.rows_written, 1);
    assert_eq!(store.history.broken_rules().await.unwrap(), []);
}

/// Works until every task is done, whatever the ledger says in between.
async fn work(store: &Store, partitions: &[Partition], settled: &AtomicUsize) {
    let all_done = |tasks: &[Task]| tasks.iter().all(|task| task.state == TaskState::Done);
    loop {
        match store.ledger.tasks(partitions).await {
            Ok(tasks) if all_done(&tasks) => return,
            _ => {}
        }
        let two = Claim { at_most: 2, ..offer(store, Work::Anything) };
        let Ok(leases) = store.ledger.claim(&two, now()).await else { continue };
        for lease in leases {
            loop {
                match store.ledger.settle(done(&lease, page("1")), now()).await {
                    Ok(_) => break,
                    Err(LedgerError::Unavailable(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            settled.fetch_add(1, Ordering::Relaxed);
        }
        // A claim whose answer was lost left attempts that nobody knows of: they are given back.
        give_back(store, now()).await;
    }
}

async fn give_back(store: &Store, at: Timestamp) {
    let Ok(open) = store.ledger.open_attempts().await else { return };
    for open in open.into_iter().filter(|open| open.attempt.worker == store.worker) {
        let returned = crate::attempts::ended(&open.lease, &runtime::state::Ending::Returned, at);
        let _ = store.ledger.settle(returned, at).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_middle_of_work_loses_nothing_that_was_done() {
    let Some((mut server, store)) = own_server().await else { return };
    let other = Store::connect(&server.url()).await.unwrap();
    let keys: Vec<TaskKey> = (0..60).map(|number| TaskKey::new("publish", format!("edition {number}"))).collect();
    let tasks: Vec<Task> = keys.iter().map(entered).collect();
    store.ledger.put(&tasks).await.unwrap();
    let partitions: Vec<Partition> = keys.iter().map(|key| key.partition.clone()).collect();
    let settled = AtomicUsize::new(0);
    let crashes = async {
        for done in [5, 25] {
            while settled.load(Ordering::Relaxed) < done {
                tokio::task::yield_now().await;
            }
            server.crash();
            server.recover().unwrap();
        }
    };
    tokio::join!(work(&store, &partitions, &settled), work(&other, &partitions, &settled), crashes);
    assert_eq!(settled.into_inner(), keys.len(), "each was settled by one");
    assert_eq!(store.history.broken_rules().await.unwrap(), []);
    assert_eq!(store.ledger.open_attempts().await.unwrap().len(), 0);
    let published = store.ledger.newest_attempts(&partitions).await.unwrap();
    assert_eq!(published.iter().map(|attempt| attempt.rows_written).sum::<u64>(), 60);
    let days = store.history.step_days("2025-01-01".parse().unwrap()).await.unwrap();
    assert_eq!(days[0].runs, 60, "and counted once");
}
