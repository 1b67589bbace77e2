//! Settlements that wait together are committed together, and each keeps its own fate.

use pipeline::rows::Document;
use pipeline::{Rows, Step};
use runtime::state::Ending;
use runtime::{Lease, LedgerError, Settled, TaskKey, TaskState};
use rusqlite::Connection;
use store::Store;

use crate::attempts::{claim, document, done, ended, now, page, task};
use crate::files::{beside, count, fresh};

fn key(edition: &str) -> TaskKey {
    TaskKey::new("publish", edition)
}

/// Two documents under one path, which the table refuses.
fn clash() -> Rows {
    let twice: [Document; 2] = ["1", "2"].map(|body| document("page.json", body));
    Rows::Documents(twice.into())
}

/// Keeps the writer waiting until it is let go, so that everything sent meanwhile waits with it.
fn hold_up(connection: &Connection) {
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
}

async fn let_go(connection: &Connection) {
    connection.execute_batch("COMMIT").unwrap();
}

async fn read(store: &Store, settled: &Result<Settled, LedgerError>) -> Vec<u8> {
    let output = settled.as_ref().unwrap().output.unwrap();
    match store.views.rows(Step::Publish, output).await.unwrap() {
        Rows::Documents(mut documents) => documents.remove(0).body,
        other => panic!("these are {}", other.kind()),
    }
}

#[tokio::test]
async fn one_refused_settlement_does_not_undo_its_neighbours() {
    let (directory, store) = fresh();
    let mut leases = Vec::new();
    for edition in ["a", "b", "c", "d"] {
        leases.push(claim(&store, &key(edition)).await);
    }
    let [a, b, c, d] = leases.try_into().unwrap();
    let beside = beside(directory.path());
    hold_up(&beside);
    let settle = |lease: &Lease, rows| store.ledger.settle(done(lease, rows), now());
    // Polled in this order: all four have been sent before the writer may go on.
    let (a, b, c, d, ()) = tokio::join!(biased; settle(&a, page("a")), settle(&b, clash()), settle(&c, clash()), settle(&d, page("d")), let_go(&beside));
    assert!(matches!(b, Err(LedgerError::Refused(_))), "{b:?}");
    assert!(matches!(c, Err(LedgerError::Refused(_))), "{c:?}");
    assert_eq!(read(&store, &a).await, b"a");
    assert_eq!(read(&store, &d).await, b"d");
    assert_eq!(count(directory.path(), "published_document"), 2);
    assert_eq!(task(&store, &key("b")).await.state, TaskState::Running);
}

#[tokio::test]
async fn a_lost_lease_among_others_is_fenced_alone() {
    let (directory, store) = fresh();
    let lost = claim(&store, &key("a")).await;
    store.ledger.settle(ended(&lost, &Ending::lost("killed"), now()), now()).await.unwrap();
    let (newer, other) = (claim(&store, &key("a")).await, claim(&store, &key("b")).await);
    let beside = beside(directory.path());
    hold_up(&beside);
    let settle = |lease: &Lease, rows| store.ledger.settle(done(lease, rows), now());
    let (other, lost, newer, ()) = tokio::join!(
        biased;
        settle(&other, page("other")),
        settle(&lost, page("lost")),
        settle(&newer, page("newer")),
        let_go(&beside)
    );
    assert!(matches!(lost, Err(LedgerError::Fenced(_))), "{lost:?}");
    assert_eq!(read(&store, &other).await, b"other");
    assert_eq!(read(&store, &newer).await, b"newer");
    assert_eq!(count(directory.path(), "published_document"), 2);
}

#[tokio::test]
async fn of_one_lease_in_two_hands_the_first_settlement_counts() {
    let (directory, store) = fresh();
    let lease = claim(&store, &key("a")).await;
    let lost = ended(&lease, &Ending::lost("killed"), now());
    let beside = beside(directory.path());
    hold_up(&beside);
    let settle = |how| store.ledger.settle(how, now());
    let (first, reaped, again, ()) = tokio::join!(
        biased;
        settle(done(&lease, page("1"))),
        settle(lost),
        settle(done(&lease, page("2"))),
        let_go(&beside)
    );
    assert!(matches!(reaped, Err(LedgerError::Fenced(_))), "{reaped:?}");
    assert_eq!(again.unwrap().output, first.as_ref().unwrap().output, "the same verdict again is told what came of it");
    assert_eq!(read(&store, &first).await, b"1");
    assert_eq!(count(directory.path(), "published_document"), 1);
}

#[tokio::test]
async fn more_settlements_than_one_commit_takes_all_arrive() {
    let (directory, store) = fresh();
    let editions: Vec<String> = (0..150).map(|number| format!("edition {number}")).collect();
    let mut settlements = tokio::task::JoinSet::new();
    let mut leases = Vec::new();
    for edition in &editions {
        leases.push(claim(&store, &key(edition)).await);
    }
    let beside = beside(directory.path());
    hold_up(&beside);
    for (lease, edition) in leases.into_iter().zip(editions.clone()) {
        let ledger = store.ledger.clone();
        let rows = if edition.ends_with('7') { clash() } else { page(&edition) };
        settlements.spawn(async move { ledger.settle(done(&lease, rows), now()).await.is_ok() });
    }
    // As often as there are tasks: each has sent its settlement before the writer may go on.
    for _ in &editions {
        tokio::task::yield_now().await;
    }
    let_go(&beside).await;
    let arrived = settlements.join_all().await.into_iter().filter(|arrived| *arrived).count();
    assert_eq!(arrived, 135);
    assert_eq!(count(directory.path(), "published_document"), 135);
}
