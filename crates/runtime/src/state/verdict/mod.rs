//! The verdict: what follows from an attempt. Total over what an attempt can come to, and pure.

use jiff::Timestamp;

use super::{
    AttemptOutcome, BreakerPolicy, Deadlines, Failure, FailureCategory, Fingerprint, Lease, Persistence, RetryBudget,
    RetryLoad, RetryPolicy, Task, TaskState,
};

/// Everything about a step that decides when it is tried, ended and tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepPolicy {
    /// Its deadlines.
    pub deadlines: Deadlines,
    /// Its retries.
    pub retry: RetryPolicy,
    /// How much of what it is asked may be retries.
    pub budget: RetryBudget,
    /// When it is left alone.
    pub breaker: BreakerPolicy,
    /// What its attempts take up.
    pub seat: Seat,
}

/// What an attempt takes up while it runs. A worker has so many seats of each kind: who waits keeps nobody from computing,
/// and who computes keeps nobody from asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seat {
    /// A core, and memory.
    #[default]
    Computing,
    /// Next to nothing: it waits for an answer from outside.
    Waiting,
}

/// How an attempt ended, without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It has rows.
    Rows,
    /// There turned out to be nothing to do.
    Nothing {
        /// Why.
        why: String,
    },
    /// It came too early.
    TooEarly {
        /// When to look again.
        until: Timestamp,
        /// What was missing.
        why: String,
    },
    /// The worker shuts down and gives it back.
    Returned,
    /// Somebody cancelled it.
    Cancelled {
        /// Why.
        why: String,
    },
    /// It failed.
    Failed(Failure),
}

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How the attempt is closed.
    pub outcome: AttemptOutcome,
    /// Reason or error chain, for people.
    pub message: Option<String>,
    /// Where its task stands then.
    pub state: TaskState,
    /// Failed attempts at these inputs, this one included.
    pub failures: u32,
    /// The fingerprint the task bears then.
    pub fingerprint: Option<Fingerprint>,
}

/// What follows from an attempt that ended so. `load` is what its dependency was asked lately.
pub fn decide(lease: &Lease, ending: &Ending, policy: &StepPolicy, load: RetryLoad, now: Timestamp) -> Verdict {
    let task = &lease.task;
    let keep = |outcome, message: Option<String>, state| Verdict {
        outcome,
        message,
        state,
        failures: task.failures,
        fingerprint: task.fingerprint,
    };
    match ending {
        Ending::Rows => Verdict {
            failures: 0,
            fingerprint: Some(lease.wanted()),
            ..keep(AttemptOutcome::Done, None, TaskState::Done)
        },
        Ending::Nothing { why } => Verdict {
            failures: 0,
            fingerprint: Some(lease.wanted()),
            ..keep(AttemptOutcome::Nothing, Some(why.clone()), TaskState::EmptyOk { why: why.clone() })
        },
        Ending::TooEarly { until, why } => {
            let state = TaskState::Snoozed { until: (*until).max(now), why: why.clone() };
            keep(AttemptOutcome::Snoozed, Some(why.clone()), state)
        }
        Ending::Returned => {
            let why = "the worker was asked to stop".to_owned();
            keep(AttemptOutcome::Returned, Some(why), TaskState::Ready { since: now })
        }
        Ending::Cancelled { why } => {
            keep(AttemptOutcome::Cancelled, Some(why.clone()), TaskState::Cancelled { why: why.clone() })
        }
        Ending::Failed(failure) => failed(lease, failure, policy, load, now),
    }
}

fn failed(lease: &Lease, failure: &Failure, policy: &StepPolicy, load: RetryLoad, now: Timestamp) -> Verdict {
    let failures = lease.task.failures + 1;
    let Failure { category, persistence, message } = failure;
    let verdict = |state| Verdict {
        outcome: AttemptOutcome::Failed(*category),
        message: Some(message.clone()),
        state,
        failures,
        fingerprint: lease.task.fingerprint,
    };
    let dead = |why: String| verdict(TaskState::Dead { category: *category, why });
    if *persistence == Persistence::Permanent {
        return dead(message.clone());
    }
    if failures > policy.retry.retries {
        return dead(format!("{message} (after {failures} attempts)"));
    }
    let seed = lease.attempt.0.unsigned_abs();
    let at = now + policy.retry.backoff.wait(failures, seed);
    let wanted_since = lease.task.wanted_since.unwrap_or(lease.claimed_at);
    let total = policy.deadlines.total;
    // Who died may have been away for days, and that is no time the task had. Deaths are counted like other failures.
    if *category != FailureCategory::Lost && at.duration_since(wanted_since) > total {
        return dead(format!("{message} (no time left of {} s for all attempts)", total.as_secs()));
    }
    if policy.budget.allows(load) {
        return verdict(TaskState::RetryAt { at, category: *category, why: message.clone() });
    }
    // What others spent is not this task's fault: it waits for the budget to fill, and its failure stays counted.
    let until = now + policy.budget.window;
    let why = format!("the retries of {} are spent for now, and it failed: {message}", lease.task.key.step);
    verdict(TaskState::Snoozed { until, why })
}

impl Ending {
    /// The process that made an attempt is gone, or its lease has run out.
    pub fn lost(why: &str) -> Self {
        Self::Failed(Failure::transient(FailureCategory::Lost, why))
    }
}

impl Verdict {
    /// The leased task as it stands after this verdict. Its output is the store's to tell.
    pub fn apply(&self, lease: &Lease, now: Timestamp) -> Task {
        let settled = self.state.is_settled();
        Task {
            state: self.state.clone(),
            failures: self.failures,
            fingerprint: self.fingerprint,
            wanted: if settled { None } else { Some(lease.wanted()) },
            wanted_since: if settled { None } else { lease.task.wanted_since },
            updated_at: now,
            ..lease.task.clone()
        }
    }
}

#[cfg(test)]
mod tests;
