//! One attempt at a time: tasks made ready, claimed and settled.

use std::sync::Arc;

use jiff::Timestamp;
use pipeline::ports::StoreError;
use pipeline::rows::{Document, FactBatch, Twin};
use pipeline::source::{Facts, Rejects};
use pipeline::{PayloadHash, RawPayload, Rows};
use runtime::state::{Ending, StepPolicy, decide};
use runtime::{
    Attempt, Claim, FixedClock, HEARTBEAT, Lease, LedgerError, Partition, Reaper, RetryLoad, Settled, Settlement, Task,
    TaskKey, TaskState, Timing, Work,
};
use store::Store;

pub(crate) use crate::night::at;

/// The instant at which everything happens that has no instant of its own.
pub(crate) fn now() -> Timestamp {
    at("2025-01-15T17:00:00Z")
}

/// A task as a plan enters it that lets it run.
pub(crate) fn entered(key: &TaskKey) -> Task {
    Task { state: TaskState::Ready { since: now() }, ..Task::unplanned(key.clone(), now()) }
}

/// Writes a task as it is given, which nobody else has written meanwhile.
pub(crate) async fn write(store: &Store, task: Task) -> Task {
    let [written] = store.ledger.put(&[task]).await.unwrap().try_into().unwrap();
    written
}

/// Makes a task ready, known or new, whatever came of it before.
pub(crate) async fn make_ready(store: &Store, key: &TaskKey) -> Task {
    let known = store.ledger.tasks(std::slice::from_ref(&key.partition)).await.unwrap();
    let known = known.into_iter().find(|task| task.key == *key).unwrap_or_else(|| entered(key));
    write(store, Task { state: TaskState::Ready { since: now() }, ..known }).await
}

/// A store's offer to work, until a heartbeat from now.
pub(crate) fn offer(store: &Store, work: Work) -> Claim {
    let (worker, lease_until) = (store.worker.clone(), now() + HEARTBEAT);
    Claim { worker, work, at_most: 100, barred: Vec::new(), probed: Vec::new(), lease_until }
}

/// Offers to do these tasks.
pub(crate) async fn claim_of(store: &Store, keys: &[&TaskKey]) -> Vec<Lease> {
    let work = Work::Of(keys.iter().map(|key| (*key).clone()).collect());
    store.ledger.claim(&offer(store, work), now()).await.unwrap()
}

/// Claims a task, which is made ready first.
pub(crate) async fn claim(store: &Store, key: &TaskKey) -> Lease {
    make_ready(store, key).await;
    let [lease] = claim_of(store, &[key]).await.try_into().unwrap();
    lease
}

/// The settlement of an attempt that made these rows.
pub(crate) fn done(lease: &Lease, rows: Rows) -> Settlement<Rows> {
    Settlement { rows: Some(Arc::new(rows)), ..ended(lease, &Ending::Rows, now()) }
}

/// The settlement of an attempt that ended so, as the runtime decides it for a step with the usual policy.
pub(crate) fn ended(lease: &Lease, ending: &Ending, at: Timestamp) -> Settlement<Rows> {
    let verdict = decide(lease, ending, &StepPolicy::default(), RetryLoad::default(), at);
    let task = verdict.apply(lease, at);
    let (outcome, message) = (verdict.outcome, verdict.message);
    Settlement { attempt: lease.attempt, outcome, message, task, rows: None, timing: Timing::default() }
}

/// One attempt of a task that makes these rows.
pub(crate) async fn attempt(store: &Store, key: &TaskKey, rows: Rows) -> Result<Settled, LedgerError> {
    let lease = claim(store, key).await;
    store.ledger.settle(done(&lease, rows), now()).await
}

/// One attempt of a task that makes these rows, and succeeds.
pub(crate) async fn settle(store: &Store, step: &str, partition: &str, rows: Rows) -> Settled {
    attempt(store, &TaskKey::new(step, partition), rows).await.unwrap()
}

/// One attempt of a task that ends so, without rows.
pub(crate) async fn end(store: &Store, key: &TaskKey, ending: &Ending) -> Settled {
    let lease = claim(store, key).await;
    store.ledger.settle(ended(&lease, ending, now()), now()).await.unwrap()
}

/// What a store's reaper closes at an instant.
pub(crate) async fn reap(store: &Store, at: Timestamp) -> Vec<TaskKey> {
    let reaper = Reaper {
        ledger: store.ledger.clone(),
        clock: Arc::new(FixedClock(at)),
        liveness: store.liveness.clone(),
        policy: Arc::new(|_| StepPolicy::default()),
    };
    reaper.tick().await.unwrap()
}

/// A payload that came at an instant.
pub(crate) fn payload(subject: &str, fetched_at: Timestamp, body: &[u8]) -> RawPayload {
    RawPayload {
        source: "archive_games".into(),
        subject: subject.into(),
        fetched_at,
        etag: None,
        body: body.to_vec().into(),
    }
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
    Rows::Facts(Box::new(FactBatch {
        payload,
        landed_at,
        facts,
        rows_read: 7,
        rejects: Rejects::default(),
        findings: Vec::new(),
    }))
}

/// A document that says this.
pub(crate) fn document(path: &str, body: &str) -> Document {
    Document {
        path: path.into(),
        twin: Twin::One(format!("latest/{path}")),
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

/// Whether the store says that what it holds is damaged.
pub(crate) fn is_damage<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Corrupt(_)))
}
