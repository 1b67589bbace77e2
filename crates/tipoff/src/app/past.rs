//! A past made by hand, for the tests of what looks back: attempts of any length, at any instant, in a store of their own.

use std::sync::Arc;

use domain::{Known, PlayerId, PlayerName, Provenance};
use jiff::{SignedDuration, Timestamp};
use pipeline::rows::FactBatch;
use pipeline::source::{Facts, Reject, RejectReason, Rejects};
use pipeline::{Partition, RawPayload, Rows, Step};
use runtime::state::{Ending, StepPolicy, decide};
use runtime::{Claim, FixedClock, HEARTBEAT, Lease, RetryLoad, Settlement, Task, TaskKey, TaskState, Timing, Work};
use store::Store;
use tempfile::TempDir;

use super::App;

/// A data directory with a past.
pub(crate) struct Past {
    /// What looks back at it.
    pub(crate) app: Arc<App>,
    _directory: TempDir,
}

impl Past {
    /// A past without anything in it, seen from an instant.
    pub(crate) fn seen_from(now: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock(now.parse().unwrap()));
        let app = App::look(directory.path(), Store::create(directory.path()).unwrap(), clock);
        Self { app: Arc::new(app), _directory: directory }
    }

    /// An attempt under way since an instant, ready a second before.
    pub(crate) async fn open(&self, step: Step, partition: &str, started_at: Timestamp) -> Lease {
        let ledger = &self.app.store.ledger;
        let key = TaskKey::new(step.name(), partition);
        let known = ledger.tasks(std::slice::from_ref(&key.partition)).await.unwrap();
        let known = known.into_iter().find(|task| task.key == key);
        let since = started_at - SignedDuration::from_secs(1);
        let ready =
            Task { state: TaskState::Ready { since }, ..known.unwrap_or_else(|| Task::unplanned(key.clone(), since)) };
        assert_eq!(ledger.put(&[ready]).await.unwrap().len(), 1, "nobody else writes here");
        let offer = Claim {
            worker: self.app.store.worker.clone(),
            work: Work::Of(vec![key]),
            at_most: 1,
            barred: Vec::new(),
            probed: Vec::new(),
            lease_until: started_at + HEARTBEAT,
        };
        ledger.claim(&offer, started_at).await.unwrap().remove(0)
    }

    /// An attempt that ended so, at an instant.
    pub(crate) async fn end(&self, lease: &Lease, ending: &Ending, timing: Timing, ended_at: Timestamp) {
        let rows = matches!(ending, Ending::Rows).then(|| Arc::new(Rows::Documents(Vec::new())));
        self.settle(lease, ending, rows, timing, ended_at).await;
    }

    /// A successful attempt that made these rows.
    pub(crate) async fn made(&self, step: Step, partition: &str, rows: Rows) {
        let lease = self.open(step, partition, self.app.now()).await;
        self.settle(&lease, &Ending::Rows, Some(Arc::new(rows)), Timing::default(), self.app.now()).await;
    }

    /// An injury list that was parsed by a parser, with names that nobody bore, when two players were known.
    pub(crate) async fn lacked(&self, fetched_at: Timestamp, parser: u32, nobodies: &[&str]) {
        let source = "balldontlie_injuries".to_owned();
        let body = format!("{fetched_at} {parser}").into_bytes().into();
        let subject = "v1/player_injuries".to_owned();
        let payload = RawPayload { source: source.clone(), subject, fetched_at, etag: None, body };
        let hash = payload.hash();
        self.made(Step::Land, &format!("land {hash}"), Rows::Payloads(vec![payload])).await;
        let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
        let players = [named(201_568, "Danilo Gallinari"), named(7, "Nikola Jokić")];
        let players = players.map(|name| Known::new(name, fetched_at, Provenance::Observed)).into();
        let mut rejects = Rejects::default();
        for (name, row) in nobodies.iter().zip(0..) {
            rejects.push(Reject { reason: RejectReason::UnresolvedPlayer, row, detail: (*name).to_owned() });
        }
        let facts = Facts { players, ..Facts::default() };
        let rows_read = nobodies.len() as u64;
        let batch = FactBatch { payload: hash, landed_at: fetched_at, facts, rows_read, rejects, findings: Vec::new() };
        let partition = Partition::Payload { source, parser, hash, again: None }.to_string();
        self.made(Step::Process, &partition, Rows::Facts(Box::new(batch))).await;
    }

    async fn settle(
        &self,
        lease: &Lease,
        ending: &Ending,
        rows: Option<Arc<Rows>>,
        timing: Timing,
        ended_at: Timestamp,
    ) {
        let verdict = decide(lease, ending, &StepPolicy::default(), RetryLoad::default(), ended_at);
        let task = verdict.apply(lease, ended_at);
        let (outcome, message) = (verdict.outcome, verdict.message);
        let settlement = Settlement { attempt: lease.attempt, outcome, message, task, rows, timing };
        self.app.store.ledger.settle(settlement, ended_at).await.unwrap();
    }

    /// A successful attempt that only computed, for so long.
    pub(crate) async fn done(&self, step: Step, partition: &str, started_at: Timestamp, took: SignedDuration) {
        let lease = self.open(step, partition, started_at).await;
        let timing = Timing { compute: took, ..Timing::default() };
        self.end(&lease, &Ending::Rows, timing, started_at + took).await;
    }
}
