//! Keeping: the clock's side of a worker. Ends what overruns its deadlines, renews leases, and lets go when asked to stop.

use jiff::{SignedDuration, Timestamp};

use super::{EndedBy, Finished, HEARTBEAT, Running, Standing, Worker};
use crate::state::Seat;
use crate::{AttemptId, Beat, Failure, FailureCategory, Lease, LedgerError};

/// Leases are renewed three times within one.
const RENEWED_EVERY: SignedDuration = SignedDuration::from_secs(HEARTBEAT.as_secs() / 3);

/// The original logged so often that a step was still running.
const STILL_RUNNING_EVERY: SignedDuration = SignedDuration::from_mins(5);

impl<R: Send + Sync + 'static> Worker<R> {
    /// Ends attempts that overran a deadline, and tells the ledger that the others go on. Due once a second or so; the
    /// sooner it is called, the sooner a stuck step is seen.
    ///
    /// # Errors
    /// When the ledger fails. Deadlines are kept all the same.
    pub async fn keep(&self) -> Result<(), LedgerError> {
        let now = self.clock.now();
        self.end_overrun(now);
        let beats = self.beats_due(now);
        if beats.is_empty() {
            return Ok(());
        }
        let gone = self.ledger.beat(&beats).await?;
        let mut bench = self.bench();
        for beat in &beats {
            if let Some(running) = bench.running.get_mut(&beat.attempt) {
                running.renewed_at = now;
            }
        }
        for attempt in gone {
            // Somebody closed it: its step works for nothing.
            if let Some(running) = bench.running.remove(&attempt)
                && running.standing == Standing::Working
            {
                let key = &running.lease.task.key;
                tracing::warn!(target: "heartbeat", "HEARTBEAT END (FENCED): {key}, attempt {attempt}");
                running.pulse.stop();
                bench.abandoned.insert(attempt, running.policy.seat);
            }
        }
        Ok(())
    }

    /// When [`keep`](Self::keep) is next due: at the next deadline or renewal of what is under way.
    pub fn next_keep(&self) -> Option<Timestamp> {
        let bench = self.bench();
        bench.running.values().map(Running::next_due).min()
    }

    /// Claims no more. What is under way goes on.
    pub fn close_to_new(&self) {
        self.bench().closing = true;
    }

    /// Gives back what is still under way, without charging it an attempt. Beats stop here, last of all.
    ///
    /// # Errors
    /// When the ledger fails: then the leases run out by themselves.
    pub async fn give_all_back(&self) -> Result<(), LedgerError> {
        self.close_to_new();
        self.settle_finished().await?;
        let leases: Vec<Lease> = {
            let mut bench = self.bench();
            let running = std::mem::take(&mut bench.running);
            running
                .into_values()
                .map(|running| {
                    running.pulse.stop();
                    running.lease
                })
                .collect()
        };
        for lease in leases {
            tracing::info!(target: "heartbeat", "HEARTBEAT END (RETURNED): {}, attempt {}", lease.task.key, lease.attempt);
            self.give_back(lease).await?;
        }
        Ok(())
    }

    fn end_overrun(&self, now: Timestamp) {
        let mut ended: Vec<(AttemptId, Seat, String)> = Vec::new();
        {
            let mut bench = self.bench();
            for (attempt, running) in &mut bench.running {
                let deadlines = running.policy.deadlines;
                if running.standing == Standing::Working
                    && let Some(overrun) = deadlines.overrun(running.lease.claimed_at, running.heard_at(), now)
                {
                    running.standing = Standing::Ended;
                    running.pulse.stop();
                    ended.push((*attempt, running.policy.seat, overrun.describe(&deadlines)));
                }
            }
            bench.abandoned.extend(ended.iter().map(|(attempt, seat, _)| (*attempt, *seat)));
        }
        for (attempt, _, what) in ended {
            let outcome = Err(Failure::transient(FailureCategory::Timeout, what));
            self.inbox.leave(Finished { attempt, ended_by: EndedBy::Clock, outcome, timing: Default::default() });
        }
    }

    fn beats_due(&self, now: Timestamp) -> Vec<Beat> {
        let bench = self.bench();
        let due = bench.running.iter().filter(|(_, running)| now.duration_since(running.renewed_at) >= RENEWED_EVERY);
        due.map(|(attempt, running)| {
            running.tell(now);
            Beat { attempt: *attempt, lease_until: now + HEARTBEAT, progress: running.pulse.last() }
        })
        .collect()
    }
}

impl Running {
    fn heard_at(&self) -> Timestamp {
        self.pulse.last().map_or(self.lease.claimed_at, |progress| progress.at)
    }

    fn next_due(&self) -> Timestamp {
        let deadlines = self.policy.deadlines;
        let renewal = self.renewed_at + RENEWED_EVERY;
        match self.standing {
            Standing::Working => {
                let silent = self.heard_at().max(self.lease.claimed_at) + deadlines.silence;
                renewal.min(silent).min(self.lease.claimed_at + deadlines.attempt)
            }
            Standing::Ended => renewal,
        }
    }

    /// Logs every few minutes that it is still running, and how far it is.
    fn tell(&self, now: Timestamp) {
        let running =
            |at: Timestamp| at.duration_since(self.lease.claimed_at).as_secs() / STILL_RUNNING_EVERY.as_secs();
        if running(now) > running(self.renewed_at) {
            let minutes = now.duration_since(self.lease.claimed_at).as_secs_f64() / 60.0;
            let key = &self.lease.task.key;
            let stage = self.pulse.last().map(|last| format!(", {}/{} {}", last.done, last.total, last.stage));
            let stage = stage.unwrap_or_default();
            tracing::info!(target: "heartbeat", "HEARTBEAT: {key} still running after {minutes:.1} min{stage}");
        }
    }
}
