//! Settling: what an attempt came to, the verdict on it, its breaker, and the tasks that waited for it.

use futures::future::join_all;
use jiff::Timestamp;

use super::{Disposition, EndedBy, Finished, Standing, TaskReport, Tick, Worker};
use crate::state::{Ending, RetryLoad, StepPolicy, Verdict, advance, chain, decide};
use crate::{
    AttemptId, AttemptOutcome, Ended, Event, Failure, FailureCategory, Lease, LedgerError, Moved, Partition, Produced,
    Settled, Settlement, Task,
};

impl<R: Send + Sync + 'static> Worker<R> {
    /// Settles what is in the inbox. What the ledger could not take stays there.
    pub(super) async fn settle_finished(&self) -> Result<Tick, LedgerError> {
        let mut ended: Vec<(Lease, StepPolicy, Finished<R>)> = Vec::new();
        {
            let mut bench = self.bench();
            for finished in self.inbox.take() {
                if finished.ended_by == EndedBy::Step {
                    bench.abandoned.remove(&finished.attempt);
                }
                // What is not running any more was ended before, by the clock or by somebody else.
                let twice = ended.iter().any(|(_, _, earlier)| earlier.attempt == finished.attempt);
                if let Some(running) = bench.running.get_mut(&finished.attempt).filter(|_| !twice) {
                    // From here on neither a deadline nor a closed attempt takes its step for one that goes on.
                    running.standing = Standing::Ended;
                    ended.push((running.lease.clone(), running.policy, finished));
                }
            }
        }
        let settled = join_all(ended.into_iter().map(|(lease, policy, finished)| self.close(lease, policy, finished)));
        let mut tick = Tick::default();
        let mut trouble = None;
        for outcome in settled.await {
            match outcome {
                Ok(Some((report, tasks))) => {
                    tick.settled.push(report);
                    tick.tasks.extend(tasks);
                }
                Ok(None) => {}
                Err(error) => trouble = Some(error),
            }
        }
        trouble.map_or(Ok(tick), Err)
    }

    /// Closes one attempt; nothing when somebody else had closed it.
    async fn close(
        &self,
        lease: Lease,
        policy: StepPolicy,
        finished: Finished<R>,
    ) -> Result<Option<(TaskReport, Vec<Task>)>, LedgerError> {
        let attempt = finished.attempt;
        let settled = match self.settle(&lease, &policy, &finished).await {
            Ok(settled) => settled,
            // It was reaped, or cancelled: whatever it made is worth nothing.
            Err(LedgerError::Fenced(key)) => {
                tracing::warn!(target: "heartbeat", "HEARTBEAT END (FENCED): {key}, attempt {attempt}");
                self.bench().running.remove(&attempt);
                return Ok(None);
            }
            Err(error) => {
                self.inbox.finished.lock().expect("no panic while it is held").push(finished);
                return Err(error);
            }
        };
        self.bench().running.remove(&attempt);
        let (task, verdict, Settled { rows_written, .. }) = settled;
        let now = self.clock.now();
        self.heed_breaker(&lease, &policy, &verdict, now).await?;
        let report = TaskReport {
            key: task.key.clone(),
            disposition: Disposition::Ran,
            state: task.state.clone(),
            rows_written,
            elapsed: now.duration_since(lease.claimed_at),
        };
        keep_log(&lease, &verdict, &report);
        let ended = Ended {
            lease: &lease,
            outcome: verdict.outcome,
            message: verdict.message.as_deref(),
            timing: finished.timing,
            rows_written,
            at: now,
        };
        self.observer.on(&Event::Settled { report: &report, ended: &ended });
        let mut moved = self.advance(std::slice::from_ref(&task.key.partition)).await?;
        moved.push(task);
        Ok(Some((report, moved)))
    }

    /// Rows, verdict and history in one commit. Rows that the store refuses make the attempt a failed one.
    async fn settle(
        &self,
        lease: &Lease,
        policy: &StepPolicy,
        finished: &Finished<R>,
    ) -> Result<(Task, Verdict, Settled), LedgerError> {
        let ending = match &finished.outcome {
            Ok(Produced::Rows(_)) => Ending::Rows,
            Ok(Produced::Nothing { why }) => Ending::Nothing { why: why.clone() },
            Ok(Produced::TooEarly { until, why }) => Ending::TooEarly { until: *until, why: why.clone() },
            Err(failure) => Ending::Failed(failure.clone()),
        };
        match self.settle_as(lease, policy, finished, ending).await {
            Err(LedgerError::Refused(cause)) => {
                let failure = Failure::permanent(FailureCategory::ProcessingError, chain(cause.as_ref()));
                self.settle_as(lease, policy, finished, Ending::Failed(failure)).await
            }
            settled => settled,
        }
    }

    async fn settle_as(
        &self,
        lease: &Lease,
        policy: &StepPolicy,
        finished: &Finished<R>,
        ending: Ending,
    ) -> Result<(Task, Verdict, Settled), LedgerError> {
        let now = self.clock.now();
        let load = match &ending {
            Ending::Failed(_) => self.ledger.retry_load(&lease.task.key.step, now - policy.budget.window).await?,
            _ => RetryLoad::default(),
        };
        let verdict = decide(lease, &ending, policy, load, now);
        let rows = match (&ending, &finished.outcome) {
            (Ending::Rows, Ok(Produced::Rows(rows))) => Some(rows.clone()),
            _ => None,
        };
        let settlement = Settlement {
            attempt: lease.attempt,
            outcome: verdict.outcome,
            message: verdict.message.clone(),
            task: verdict.apply(lease, now),
            rows,
            timing: finished.timing,
        };
        let mut task = settlement.task.clone();
        let settled = self.ledger.settle(settlement, now).await?;
        task.output = settled.output;
        task.revision += 1;
        Ok((task, verdict, settled))
    }

    /// Opens, closes or counts the breaker of a step after one of its attempts.
    async fn heed_breaker(
        &self,
        lease: &Lease,
        policy: &StepPolicy,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let step = &lease.task.key.step;
        loop {
            let stands = match verdict.outcome {
                AttemptOutcome::Done | AttemptOutcome::Nothing => self.breakers().await?.remove(step),
                AttemptOutcome::Failed(category) if category.is_ours() => {
                    Some(self.ledger.breakers().await?.remove(step).unwrap_or_default())
                }
                _ => None,
            };
            let Some(stands) = stands else { return Ok(()) };
            let becomes = match verdict.outcome {
                AttemptOutcome::Failed(_) => {
                    stands.failed(policy.breaker, verdict.message.as_deref().unwrap_or_default(), now)
                }
                _ => stands.succeeded(),
            };
            self.forget_breakers();
            if becomes == stands || self.ledger.move_breaker(step, &stands, &becomes).await? == Moved::Yes {
                return Ok(());
            }
        }
    }

    /// Lets the tasks that waited for others of their partition stand anew, and returns those that moved.
    pub(super) async fn advance(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        let mut moved = Vec::new();
        loop {
            let mut grid = self.grid_of(partitions).await?;
            let now = self.clock.now();
            let mut changes = Vec::new();
            for key in grid.keys().cloned().collect::<Vec<_>>() {
                if let Some(task) = advance(&grid[&key], &grid, now) {
                    changes.push(task.clone());
                    grid.insert(key, task);
                }
            }
            let written = self.ledger.put(&changes).await?;
            let all = written.len() == changes.len();
            moved.extend(written);
            if all {
                return Ok(moved);
            }
            // Somebody else wrote meanwhile, and may have read what was settled here before it was.
        }
    }

    /// Gives a claimed task back, without charging it an attempt.
    pub(super) async fn give_back(&self, lease: Lease) -> Result<(), LedgerError> {
        let policy = self.policy(&lease.task.key.step);
        let now = self.clock.now();
        let verdict = decide(&lease, &Ending::Returned, &policy, RetryLoad::default(), now);
        let settlement = Settlement {
            attempt: lease.attempt,
            outcome: verdict.outcome,
            message: verdict.message.clone(),
            task: verdict.apply(&lease, now),
            rows: None,
            timing: Default::default(),
        };
        match self.ledger.settle(settlement, now).await {
            Ok(_) | Err(LedgerError::Fenced(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn keep_log(lease: &Lease, verdict: &Verdict, report: &TaskReport) {
    let (key, attempt): (_, AttemptId) = (&report.key, lease.attempt);
    let seconds = report.elapsed.as_secs_f64();
    match verdict.outcome {
        AttemptOutcome::Failed(category) => {
            let message = verdict.message.as_deref().unwrap_or_default();
            tracing::warn!(
                target: "heartbeat",
                "HEARTBEAT END (ERROR): {key}, attempt {attempt}, after {seconds:.1} s, {category}: {message}"
            );
        }
        outcome => tracing::info!(
            target: "heartbeat",
            "HEARTBEAT END: {key}, attempt {attempt}, {} after {seconds:.1} s, {} rows", outcome.code(), report.rows_written
        ),
    }
}
