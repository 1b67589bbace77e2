//! One attempt at a time: stores in directories of their own, tasks claimed and settled in them, tables counted.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use jiff::Timestamp;
use pipeline::ports::StoreError;
use pipeline::rows::{Document, FactBatch};
use pipeline::source::{Facts, Rejects};
use pipeline::{PayloadHash, RawPayload, Rows};
use runtime::{Attempt, Fingerprint, Lease, LedgerError, Partition, Settled, Settlement, Task, TaskKey, TaskState};
use rusqlite::Connection;
use store::Store;
use tempfile::TempDir;

pub(crate) use crate::night::at;

/// The instant at which everything happens that has no instant of its own.
pub(crate) fn now() -> Timestamp {
    at("2025-01-15T17:00:00Z")
}

/// A new store in a new directory, which lives as long as the first of the two.
pub(crate) fn fresh() -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::create(directory.path()).unwrap();
    (directory, store)
}

/// A connection of one's own beside the store's.
pub(crate) fn beside(directory: &Path) -> Connection {
    Connection::open(directory.join("tipoff.db")).unwrap()
}

/// Rows of a table, counted beside the store.
pub(crate) fn count(directory: &Path, table: &str) -> i64 {
    beside(directory).query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

/// Puts a task into the grid.
pub(crate) async fn plan(store: &Store, key: &TaskKey) {
    store.ledger.replan(&[(key.clone(), TaskState::Planned)], now()).await.unwrap();
}

/// Claims a task, planned if nobody has heard of it.
pub(crate) async fn claim(store: &Store, key: &TaskKey) -> Lease {
    let known = store.ledger.tasks(std::slice::from_ref(&key.partition)).await.unwrap();
    if known.iter().all(|task| task.key != *key) {
        plan(store, key).await;
    }
    store.ledger.claim(key, &BTreeMap::new(), now()).await.unwrap()
}

/// The same claim once more: what a process that was thought dead still holds in its hands.
pub(crate) fn copy(lease: &Lease) -> Lease {
    Lease { key: lease.key.clone(), attempt: lease.attempt }
}

/// The verdict of an attempt that made these rows.
pub(crate) fn done(rows: Rows) -> Settlement<Rows> {
    Settlement { state: TaskState::Done, rows: Some(rows), fingerprint: Fingerprint::of(["inputs"]) }
}

/// The verdict of an attempt that made none.
pub(crate) fn without_rows(state: TaskState) -> Settlement<Rows> {
    Settlement { state, rows: None, fingerprint: Fingerprint::of(["other inputs"]) }
}

/// One attempt of a task that makes these rows.
pub(crate) async fn attempt(store: &Store, key: &TaskKey, rows: Rows) -> Result<Settled, LedgerError> {
    let lease = claim(store, key).await;
    store.ledger.settle(lease, done(rows), now()).await
}

/// One attempt of a task that makes these rows, and succeeds.
pub(crate) async fn settle(store: &Store, step: &str, partition: &str, rows: Rows) -> Settled {
    attempt(store, &TaskKey::new(step, partition), rows).await.unwrap()
}

/// A payload that came at an instant.
pub(crate) fn payload(subject: &str, fetched_at: Timestamp, body: &[u8]) -> RawPayload {
    RawPayload { source: "archive_games".into(), subject: subject.into(), fetched_at, body: body.to_vec().into() }
}

/// Lands a payload of that instant that says these facts, and parses it.
pub(crate) async fn learn(store: &Store, landed_at: Timestamp, facts: Facts) -> Settled {
    let subject = format!("payload {}", store.raw.landed().await.unwrap().len());
    let raw = payload(&subject, landed_at, subject.as_bytes());
    let hash = raw.hash();
    settle(store, "land", &subject, Rows::Payloads(vec![raw])).await;
    settle(store, "process", &subject, batch(hash, landed_at, facts)).await
}

/// What a payload said.
pub(crate) fn batch(payload: PayloadHash, landed_at: Timestamp, facts: Facts) -> Rows {
    Rows::Facts(Box::new(FactBatch { payload, landed_at, facts, rows_read: 7, rejects: Rejects::default() }))
}

/// A document that says this.
pub(crate) fn document(path: &str, body: &str) -> Document {
    Document {
        path: path.into(),
        twin: format!("latest/{path}"),
        slate: "2025-01-15".parse().unwrap(),
        body: body.into(),
    }
}

/// A single document as a step's rows.
pub(crate) fn page(body: &str) -> Rows {
    Rows::Documents(vec![document("page.json", body)])
}

/// A task as the ledger has it.
pub(crate) async fn task(store: &Store, key: &TaskKey) -> Task {
    let tasks = store.ledger.tasks(std::slice::from_ref(&key.partition)).await.unwrap();
    tasks.into_iter().find(|task| task.key == *key).unwrap()
}

/// The newest attempt of a task.
pub(crate) async fn newest_attempt(store: &Store, key: &TaskKey) -> Attempt {
    let partitions: [Partition; 1] = [key.partition.clone()];
    let attempts = store.ledger.newest_attempts(&partitions).await.unwrap();
    attempts.into_iter().find(|attempt| attempt.key == *key).unwrap()
}

/// An error with everything behind it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}

/// Whether the store says that what it holds is damaged.
pub(crate) fn is_damage<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Corrupt(_)))
}

/// Writes rows as a step's output and reads that output back.
macro_rules! assert_reads_back {
    ($store:expr, $step:expr, $variant:path, $rows:expr) => {{
        let rows = $rows;
        let settled = $crate::attempts::settle(&$store, $step.name(), "edition", $variant(rows.clone())).await;
        assert_eq!(settled.rows_written, rows.len() as u64);
        match $store.views.rows($step, settled.output.unwrap()).await.unwrap() {
            $variant(found) => assert_eq!(found, rows),
            other => panic!("{} wrote {}", $step, other.kind()),
        }
    }};
}
pub(crate) use assert_reads_back;
