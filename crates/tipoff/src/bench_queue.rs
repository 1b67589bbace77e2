//! `tipoff bench queue`: how many tasks a second the ledger takes in, hands out and settles, each step durable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use pipeline::Rows;
use runtime::{
    AttemptContext, Clock, Failure, Fingerprint, Handler, Ledger, PlannedTask, Priority, Produced, Readiness, Registry,
    Silent, StepId, SystemClock, TaskKey, Threads, Work, Worker, WorkerId,
};
use store::Store;

/// What the queue did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueueRun {
    /// Tasks that went through.
    pub(crate) tasks: usize,
    /// Time to enter them into the grid.
    pub(crate) entering: Duration,
    /// Time to claim, run and settle them all.
    pub(crate) working: Duration,
}

const STEP: &str = "bench";

/// Does nothing, as fast as can be.
struct Idle;

#[async_trait]
impl Handler for Idle {
    type Rows = Rows;

    async fn run(&self, _: &AttemptContext) -> Result<Produced<Rows>, Failure> {
        Ok(Produced::Nothing { why: "a benchmark".to_owned() })
    }
}

/// Enters so many tasks and has so many workers settle them.
pub(crate) async fn run(store: &Store, tasks: usize, workers: usize) -> anyhow::Result<QueueRun> {
    let run = SystemClock.now();
    let plan: Vec<PlannedTask> = (0..tasks).map(|number| planned(run, number)).collect();
    let first = worker(store, 0);
    let entered = Instant::now();
    first.enter(&plan, runtime::Asked::ByClock).await?;
    let entering = entered.elapsed();
    let started = Instant::now();
    let settled: usize = join_all((0..workers).map(|number| work_off(store, number)))
        .await
        .into_iter()
        .sum::<anyhow::Result<usize>>()?;
    anyhow::ensure!(settled == tasks, "{tasks} tasks were entered and {settled} settled: the queue is at fault");
    Ok(QueueRun { tasks, entering, working: started.elapsed() })
}

/// A task of this run: a store that was measured before has none of them.
fn planned(run: Timestamp, number: usize) -> PlannedTask {
    PlannedTask {
        key: TaskKey::new(STEP, format!("bench {run} {number:07}")),
        step_version: 1,
        needs: Vec::new(),
        readiness: Readiness::Ready { inputs: Fingerprint::of([number.to_le_bytes()]) },
        lane: None,
        priority: Priority::default(),
    }
}

fn worker(store: &Store, number: usize) -> Worker<Rows> {
    let handler: Arc<dyn Handler<Rows = Rows>> = Arc::new(Idle);
    let registry = Registry::from([(StepId::from(STEP), handler)]);
    let ledger: Arc<dyn Ledger<Rows = Rows>> = store.ledger.clone();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Worker::new(WorkerId::new(format!("bench-{number}")), ledger, registry, clock, Arc::new(Silent), Arc::new(Threads))
}

/// One worker until there is nothing left to claim.
async fn work_off(store: &Store, number: usize) -> anyhow::Result<usize> {
    let worker = worker(store, number);
    let mut settled = 0;
    loop {
        let tick = worker.tick(&Work::Anything).await?;
        settled += tick.settled.len();
        if tick.started.is_empty() && tick.settled.is_empty() {
            if worker.busy() == 0 {
                return Ok(settled);
            }
            worker.finished(SignedDuration::from_secs(1)).await;
        }
    }
}
