//! Steps on real threads: one that blocks for ever is given up, one that awaits for ever is stopped.

use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::Threads;

/// What a step does on its thread.
enum Toy {
    /// Blocks until the test ends or says so.
    Blocks(Mutex<Receiver<()>>),
    /// Awaits what never comes.
    Awaits,
    /// Makes its rows at once.
    Makes,
    /// Panics.
    Panics,
}

#[async_trait]
impl Handler for Toy {
    type Rows = String;

    async fn run(&self, _: &AttemptContext) -> Result<Produced<String>, Failure> {
        match self {
            Self::Blocks(until) => {
                // Whether it was told to go on or the test is over: it ends.
                let _ = until.lock().unwrap().recv();
                rows("late")
            }
            Self::Awaits => std::future::pending().await,
            Self::Makes => rows("beans"),
            Self::Panics => panic!("no water"),
        }
    }
}

fn worker(shop: &Shop, toy: Toy) -> Worker<String> {
    let steps: [(&str, Arc<dyn Handler<Rows = String>>); 2] =
        [("roast", Arc::new(toy)), ("pack", Arc::new(Toy::Makes))];
    shop.worker("one", shop.ledger.clone(), &steps, Arc::new(Threads))
}

/// Ticks until so many attempts were settled.
async fn settle(worker: &Worker<String>, attempts: usize) {
    let mut settled = worker.tick(&Work::Anything).await.unwrap().settled.len();
    while settled < attempts {
        worker.finished(SignedDuration::MAX).await;
        settled += worker.tick(&Work::Anything).await.unwrap().settled.len();
    }
}

#[tokio::test]
async fn a_step_that_blocks_for_ever_is_given_up_and_the_worker_goes_on() {
    let (go_on, until) = channel();
    let shop = Shop::with(&[task("roast", "day 0"), task("pack", "day 0")]).await;
    let worker = worker(&shop, Toy::Blocks(Mutex::new(until)));
    settle(&worker, 1).await;
    shop.clock.set(at(60));
    worker.keep().await.unwrap();
    settle(&worker, 1).await;
    assert_eq!((worker.busy(), worker.abandoned()), (0, 1));
    assert_eq!(shop.task("roast", "day 0").await.state.failure(), Some(FailureCategory::Timeout));
    shop.enter(&[task("pack", "day 1")]).await;
    settle(&worker, 1).await;
    assert_eq!(shop.output("pack", "day 1").await.as_deref(), Some("beans"));
    go_on.send(()).unwrap();
    while worker.abandoned() > 0 {
        worker.finished(SignedDuration::MAX).await;
        worker.tick(&Work::Of(Vec::new())).await.unwrap();
    }
    assert_eq!(shop.output("roast", "day 0").await, None, "what it brings then is worth nothing");
}

#[tokio::test]
async fn a_step_that_awaits_for_ever_is_stopped() {
    let shop = Shop::with(&roasts(1)).await;
    let worker = worker(&shop, Toy::Awaits);
    worker.tick(&Work::Anything).await.unwrap();
    shop.clock.set(at(60));
    worker.keep().await.unwrap();
    settle(&worker, 1).await;
    while worker.abandoned() > 0 {
        worker.finished(SignedDuration::MAX).await;
        worker.tick(&Work::Of(Vec::new())).await.unwrap();
    }
    let why = Some("it made no progress for 60 s".to_owned());
    assert_eq!(shop.ledger.attempts()[0].message, why, "and not by its own word");
}

#[tokio::test]
async fn a_panic_is_a_permanent_fault_of_ours() {
    let shop = Shop::with(&roasts(1)).await;
    settle(&worker(&shop, Toy::Panics), 1).await;
    let why = "the step panicked: no water".into();
    let dead = TaskState::Dead { category: FailureCategory::ProcessingError, why };
    assert_eq!(shop.state("roast", "day 0").await, dead);
}
