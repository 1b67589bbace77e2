//! `tipoff bench history`: how long what looks back takes over so many attempts, on a copy of the store.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use domain::{Cutoff, Edition, GameDate};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use pipeline::{Partition, PayloadHash, Rows, Step};
use runtime::state::{Ending, StepPolicy, decide};
use runtime::{
    Claim, Clock, Failure, FailureCategory, HEARTBEAT, Lease, RetryLoad, Settlement, SystemClock, Task, TaskKey,
    TaskState, Timing, Which, Work,
};
use store::Store;

use crate::App;
use crate::app::RunFilter;
use crate::bench::copy_store;
use crate::metrics;

/// What it took.
#[derive(Debug)]
pub(crate) struct HistoryRun {
    /// Attempts that were made.
    pub(crate) attempts: usize,
    /// To make them.
    pub(crate) filling: Duration,
    /// Each action with its times, opening the store included.
    pub(crate) actions: Vec<(&'static str, Vec<Duration>)>,
}

/// Attempts claimed together.
const BATCH: usize = 4_000;

/// The attempts are spread over so long.
const SPAN: SignedDuration = SignedDuration::from_hours(24 * 365 * 2);

/// One task in so many fails before it succeeds.
const FAILS_ONCE_IN: usize = 40;

/// Copies the store of a data directory, if there is one, makes so many attempts in the copy, and times what looks back.
pub(crate) async fn run(data_dir: &Path, attempts: usize, repetitions: u32) -> anyhow::Result<HistoryRun> {
    let scratch = data_dir.join("bench");
    copy_store(data_dir, &scratch)?;
    let outcome = measure(&scratch, attempts, repetitions).await;
    std::fs::remove_dir_all(&scratch).with_context(|| format!("removing {}", scratch.display()))?;
    outcome
}

async fn measure(scratch: &Path, attempts: usize, repetitions: u32) -> anyhow::Result<HistoryRun> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let now = clock.now();
    let store = Store::create(scratch)?;
    let shown = store.views.newest_published().await?.unwrap_or_else(|| GameDate::of(now));
    let started = Instant::now();
    fill(&store, attempts, now).await?;
    let filling = started.elapsed();
    drop(store);
    let look = || -> anyhow::Result<App> { Ok(App::look(scratch, Store::open(scratch)?, clock.clone())) };
    let runs = |which| RunFilter { step: None, which, since: None, at_most: 20 };
    let actions = vec![
        (
            "status",
            timed(repetitions, || async {
                let app = look()?;
                let edition = app.published_edition(shown).await?;
                app.grid(edition).await.map(drop)
            })
            .await?,
        ),
        ("slowdown", timed(repetitions, || async { look()?.slowdowns(None).await.map(drop) }).await?),
        (
            "doctor",
            timed(repetitions, || async {
                let directory = scratch.to_owned();
                let checks = look()?.examine(async move { Store::create(&directory) }).await;
                ensure!(checks.len() > 5, "the doctor has not looked at everything");
                Ok(())
            })
            .await?,
        ),
        ("metrics", timed(repetitions, || async { metrics::render(&look()?, None).await.map(drop) }).await?),
        ("runs", timed(repetitions, || async { look()?.runs(runs(Which::All)).await.map(drop) }).await?),
        ("runs --failed", timed(repetitions, || async { look()?.runs(runs(Which::Failed)).await.map(drop) }).await?),
        (
            "latency",
            timed(repetitions, || async { look()?.latencies(shown.plus_days(-7)..=shown).await.map(drop) }).await?,
        ),
    ];
    Ok(HistoryRun { attempts, filling, actions })
}

async fn timed<F: Future<Output = anyhow::Result<()>>>(
    repetitions: u32,
    action: impl Fn() -> F,
) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..repetitions {
        let started = Instant::now();
        action().await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

/// Makes so many attempts, through the ledger as workers do, at instants of the past.
async fn fill(store: &Store, attempts: usize, now: Timestamp) -> anyhow::Result<()> {
    let mut made = 0;
    for first in (0..attempts).step_by(BATCH) {
        // One instant a batch: what looks back asks for days.
        let at = now - SPAN.mul_f64((attempts - first) as f64 / attempts as f64);
        let tasks: Vec<Task> = (first..attempts.min(first + BATCH)).map(|number| ready(number, at)).collect();
        ensure!(store.ledger.put(&tasks).await?.len() == tasks.len(), "{first} tasks were made before");
        let keys: Vec<TaskKey> = tasks.into_iter().map(|task| task.key).collect();
        let (failing, passing): (Vec<_>, Vec<_>) =
            claim(store, keys, at).await?.into_iter().enumerate().partition(|(place, _)| place % FAILS_ONCE_IN == 0);
        let unlucky: Vec<TaskKey> = failing.iter().map(|(_, lease)| lease.task.key.clone()).collect();
        let failure = Failure::transient(FailureCategory::UpstreamFailure, "the source answered 503");
        made += failing.len() + passing.len();
        settle(store, failing, &Ending::Failed(failure), at).await?;
        settle(store, passing, &Ending::Rows, at).await?;
        let again = at + SignedDuration::from_mins(5);
        let retried: Vec<_> = claim(store, unlucky, again).await?.into_iter().enumerate().collect();
        made += retried.len();
        settle(store, retried, &Ending::Rows, again).await?;
    }
    ensure!(made >= attempts, "{made} attempts were made, and not {attempts}");
    Ok(())
}

/// A task of any step that the store does not know: of an edition long ago, or of bytes that never landed.
fn ready(number: usize, at: Timestamp) -> Task {
    let step = Step::all().nth(number % Step::all().count()).unwrap_or(Step::Land);
    let partition = if Step::EDITION.contains(&step) || Step::GRADING.contains(&step) {
        let slate = GameDate::first_of(1990, 1).plus_days((number % 1_000) as i32);
        Partition::Edition(Edition {
            slate,
            cutoff: Cutoff::at(slate.at(13, 0) + SignedDuration::from_micros(number as i64)),
        })
    } else {
        let hash = PayloadHash::of(&number.to_le_bytes());
        Partition::Payload { source: "bench".to_owned(), parser: 1, hash, again: None }
    };
    let since = at - SignedDuration::from_secs(1);
    Task {
        state: TaskState::Ready { since },
        ..Task::unplanned(TaskKey::new(step.name(), partition.to_string()), since)
    }
}

async fn claim(store: &Store, keys: Vec<TaskKey>, at: Timestamp) -> anyhow::Result<Vec<Lease>> {
    let claim = Claim {
        worker: store.worker.clone(),
        at_most: keys.len(),
        work: Work::Of(keys),
        barred: Vec::new(),
        probed: Vec::new(),
        lease_until: at + HEARTBEAT,
    };
    Ok(store.ledger.claim(&claim, at).await?)
}

/// Settles attempts side by side, so that they share commits.
async fn settle(store: &Store, leases: Vec<(usize, Lease)>, ending: &Ending, at: Timestamp) -> anyhow::Result<()> {
    let no_rows = Arc::new(Rows::Documents(Vec::new()));
    let settlements = leases.iter().map(|(place, lease)| {
        let took = SignedDuration::from_millis(40 + (place % 20) as i64);
        let verdict = decide(lease, ending, &StepPolicy::default(), RetryLoad::default(), at + took);
        let task = verdict.apply(lease, at + took);
        let rows = (*ending == Ending::Rows).then(|| no_rows.clone());
        let timing = Timing { compute: took, ..Timing::default() };
        let (outcome, message) = (verdict.outcome, verdict.message);
        store.ledger.settle(Settlement { attempt: lease.attempt, outcome, message, task, rows, timing }, at + took)
    });
    try_join_all(settlements).await?;
    Ok(())
}
