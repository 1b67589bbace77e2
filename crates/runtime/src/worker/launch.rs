//! How a step is run: where it may block, behind a panic fence, with a pulse that tells how far it is.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::SignedDuration;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{EndedBy, Finished, Inbox};
use crate::state::{Progress, Timing};
use crate::{AttemptContext, AttemptId, Clock, Failure, FailureCategory, Handler, Produced};

/// Runs steps somewhere.
pub trait Launcher<R>: Send + Sync {
    /// Starts a step; whatever becomes of it is left with `finish`.
    fn launch(&self, handler: Arc<dyn Handler<Rows = R>>, context: AttemptContext, finish: Finish<R>);
}

/// Where one attempt leaves what it came to.
pub struct Finish<R> {
    pub(super) attempt: AttemptId,
    pub(super) inbox: Arc<Inbox<R>>,
}

impl<R> Finish<R> {
    /// Which attempt.
    pub fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// Leaves the result.
    pub fn with(self, outcome: Result<Produced<R>, Failure>, timing: Timing) {
        let outcome = outcome.map(|produced| match produced {
            Produced::Rows(rows) => Produced::Rows(Arc::new(rows)),
            Produced::Nothing { why } => Produced::Nothing { why },
            Produced::TooEarly { until, why } => Produced::TooEarly { until, why },
        });
        self.inbox.leave(Finished { attempt: self.attempt, ended_by: EndedBy::Step, outcome, timing });
    }
}

impl<R> Inbox<R> {
    pub(super) fn leave(&self, finished: Finished<R>) {
        self.finished.lock().expect("no panic while it is held").push(finished);
        self.bell.notify_one();
    }

    pub(super) fn take(&self) -> Vec<Finished<R>> {
        std::mem::take(&mut self.finished.lock().expect("no panic while it is held"))
    }
}

/// An attempt's sign of life: its last beat, and the way to tell it to stop.
pub(crate) struct Pulse {
    clock: Arc<dyn Clock>,
    last: Mutex<Option<Progress>>,
    stop: watch::Sender<bool>,
}

impl Pulse {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, last: Mutex::default(), stop: watch::Sender::new(false) }
    }

    pub(crate) fn beat(&self, stage: &str, done: u64, total: u64) {
        let progress = Progress { stage: stage.to_owned(), done, total, at: self.clock.now() };
        *self.last.lock().expect("no panic while it is held") = Some(progress);
    }

    pub(super) fn last(&self) -> Option<Progress> {
        self.last.lock().expect("no panic while it is held").clone()
    }

    /// Tells the step to stop at its next await.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Whether the step was told to stop.
    #[cfg(test)]
    pub(crate) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    async fn stopped(&self) {
        // The sender lives as long as this pulse does.
        let _ = self.stop.subscribe().wait_for(|stop| *stop).await;
    }
}

/// Runs each step on a thread where it may block.
#[derive(Debug, Clone, Copy, Default)]
pub struct Threads;

impl<R: Send + Sync + 'static> Launcher<R> for Threads {
    fn launch(&self, handler: Arc<dyn Handler<Rows = R>>, context: AttemptContext, finish: Finish<R>) {
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || {
            let (outcome, timing) = runtime.block_on(fenced(handler.as_ref(), &context));
            finish.with(outcome, timing);
        });
    }
}

/// Runs a step until it ends, panics, or is told to stop.
pub(crate) async fn fenced<R: Send>(
    handler: &dyn Handler<Rows = R>,
    context: &AttemptContext,
) -> (Result<Produced<R>, Failure>, Timing) {
    let mut timed = pin!(Timed::new(AssertUnwindSafe(handler.run(context)).catch_unwind()));
    let outcome = tokio::select! {
        biased;
        ended = timed.as_mut() => ended.unwrap_or_else(|panic| {
            let message = format!("the step panicked: {}", panic_message(panic.as_ref()));
            Err(Failure::permanent(FailureCategory::ProcessingError, message))
        }),
        () = context.pulse.stopped() => Err(Failure::transient(FailureCategory::Timeout, "it was told to stop")),
    };
    (outcome, timed.timing())
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Measures a future: being polled is computing, waiting to be polled is waiting for what it reads.
struct Timed<F> {
    future: Pin<Box<F>>,
    started: Instant,
    computing: Duration,
}

impl<F> Timed<F> {
    fn new(future: F) -> Self {
        Self { future: Box::pin(future), started: Instant::now(), computing: Duration::ZERO }
    }

    fn timing(&self) -> Timing {
        let waiting = self.started.elapsed().saturating_sub(self.computing);
        let signed = |duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        Timing { fetch: signed(waiting), compute: signed(self.computing), ..Timing::default() }
    }
}

impl<F: Future> Future for Timed<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let polled = Instant::now();
        let outcome = self.future.as_mut().poll(context);
        self.computing += polled.elapsed();
        outcome
    }
}
