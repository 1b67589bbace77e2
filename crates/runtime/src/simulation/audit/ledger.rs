//! The audit of the ledger: what each write must not do, whoever asked for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{Audit, Open, SharedAudit, Tries, at_the_store, look};
use crate::simulation::trace::Note;
use crate::simulation::trade::policy;
use crate::{
    Attempt, AttemptId, AttemptOutcome, Beat, Breaker, Claim, Lease, Ledger, LedgerError, Moved, OpenAttempt, OutputId,
    Partition, RetryLoad, Settled, Settlement, StepId, Task, TaskState,
};

/// A ledger whose writes are audited.
pub(crate) struct Audited<R> {
    pub(crate) ledger: Arc<dyn Ledger<Rows = R>>,
    pub(crate) audit: SharedAudit,
}

/// What a settlement asked for, without its rows.
struct Asked {
    attempt: AttemptId,
    outcome: AttemptOutcome,
    task: Task,
    has_rows: bool,
}

#[async_trait]
impl<R: Send + Sync + 'static> Ledger for Audited<R> {
    type Rows = R;

    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        at_the_store(&self.audit, self.ledger.tasks(partitions)).await
    }

    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError> {
        at_the_store(&self.audit, self.ledger.unsettled()).await
    }

    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError> {
        let written = at_the_store(&self.audit, self.ledger.put(tasks)).await?;
        look(&self.audit).put(&written);
        Ok(written)
    }

    async fn claim(&self, claim: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError> {
        let leases = at_the_store(&self.audit, self.ledger.claim(claim, now)).await?;
        look(&self.audit).claimed(claim, &leases, now);
        Ok(leases)
    }

    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError> {
        let gone = at_the_store(&self.audit, self.ledger.beat(beats)).await?;
        look(&self.audit).beaten(beats, &gone);
        Ok(gone)
    }

    async fn settle(&self, how: Settlement<R>, now: Timestamp) -> Result<Settled, LedgerError> {
        let Settlement { attempt, outcome, .. } = how;
        let asked = Asked { attempt, outcome, task: how.task.clone(), has_rows: how.rows.is_some() };
        let settled = at_the_store(&self.audit, self.ledger.settle(how, now)).await;
        match &settled {
            Ok(settled) => look(&self.audit).settled(&asked, *settled),
            Err(LedgerError::Fenced(_)) => look(&self.audit).fenced(&asked),
            Err(LedgerError::Refused(_) | LedgerError::Unavailable(_)) => {}
        }
        settled
    }

    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError> {
        at_the_store(&self.audit, self.ledger.open_attempts()).await
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        at_the_store(&self.audit, self.ledger.newest_attempts(partitions)).await
    }

    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError> {
        at_the_store(&self.audit, self.ledger.retry_load(step, since)).await
    }

    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError> {
        at_the_store(&self.audit, self.ledger.breakers()).await
    }

    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError> {
        let moved = at_the_store(&self.audit, self.ledger.move_breaker(of, from, to)).await?;
        if moved == Moved::Yes {
            look(&self.audit).breaker_moved(of, to);
        }
        Ok(moved)
    }

    async fn changed(&self, at_most: SignedDuration) {
        self.ledger.changed(at_most).await;
    }
}

impl Audit {
    fn put(&mut self, written: &[Task]) {
        self.news |= !written.is_empty();
        for task in written {
            let key = &task.key;
            let stood = self.tasks.get(key);
            let before = stood.map_or(0, |stood| stood.revision);
            if task.revision != before + 1 {
                let revision = task.revision;
                self.violated(format!("{key} was written over revision {before} as if it were {}", revision - 1));
            }
            if self.open.values().any(|open| open.key == *key) {
                self.violated(format!("{key} was written while an attempt is open"));
            }
            if task.failures == 0 {
                self.tries.insert(key.clone(), Tries::default());
            }
            self.stands(task.clone());
        }
    }

    fn claimed(&mut self, claim: &Claim, leases: &[Lease], now: Timestamp) {
        self.news |= !leases.is_empty();
        if leases.len() > claim.at_most {
            self.violated(format!("{} claimed {} tasks and asked for {}", claim.worker, leases.len(), claim.at_most));
        }
        for lease in leases {
            self.may_claim(claim, lease, now);
            let (attempt, key) = (lease.attempt, lease.task.key.clone());
            self.newest = self.newest.max(attempt);
            self.counts.attempts += 1;
            let open = Open {
                key: key.clone(),
                worker: claim.worker.clone(),
                opened_at: self.now,
                lease_until: claim.lease_until,
                orphaned: None,
            };
            self.open.insert(attempt, open);
            if let Some(lane) = &lease.task.recipe.lane {
                self.lanes.insert(lane.clone(), attempt);
            }
            self.note(Note::Claimed { attempt, key, by: claim.worker.to_string() });
            self.stands(lease.task.clone());
        }
    }

    fn may_claim(&mut self, claim: &Claim, lease: &Lease, now: Timestamp) {
        let Lease { attempt, task, inputs, .. } = lease;
        let key = &task.key;
        let mut wrong = Vec::new();
        if *attempt <= self.newest {
            wrong.push(format!("its number is not above {}", self.newest));
        }
        if let Some((other, _)) = self.open.iter().find(|(_, open)| open.key == *key) {
            wrong.push(format!("attempt {other} of it is open"));
        }
        if let Some((lane, other)) = task.recipe.lane.as_ref().and_then(|lane| self.lanes.get_key_value(lane)) {
            wrong.push(format!("attempt {other} holds its lane {lane}"));
        }
        if self.claimable.get(key).is_none_or(|from| *from > now) {
            wrong.push("it was not claimable".to_owned());
        }
        if claim.barred.contains(&key.step) {
            wrong.push("its step was barred".to_owned());
        }
        if self.inputs(task).as_ref() != Some(inputs) {
            wrong.push(format!("it reads {inputs:?}, which is not how its upstream stands"));
        }
        let retries = policy().retry.retries;
        let tries = self.tries.entry(key.clone()).or_default();
        tries.made += 1;
        if tries.made > retries + 1 + tries.excused {
            wrong.push(format!("{} attempts at the same inputs, {} of them excused", tries.made, tries.excused));
        }
        for what in wrong {
            self.violated(format!("{} claimed {key} as attempt {attempt}: {what}", claim.worker));
        }
    }

    fn beaten(&mut self, beats: &[Beat], gone: &[AttemptId]) {
        for Beat { attempt, lease_until, .. } in beats {
            match self.open.get_mut(attempt) {
                Some(_) if gone.contains(attempt) => {
                    self.violated(format!("a beat of attempt {attempt} was told that it is closed, and it is open"));
                }
                Some(open) => open.lease_until = *lease_until,
                None if !gone.contains(attempt) => {
                    self.violated(format!("a beat of attempt {attempt} was taken, and it is closed"));
                }
                None => {}
            }
        }
    }

    fn settled(&mut self, asked: &Asked, settled: Settled) {
        let Asked { attempt, outcome, task, has_rows } = asked;
        let key = &task.key;
        let Some(open) = self.open.remove(attempt) else {
            self.counts.repeated += 1;
            let before = self.closed.get(attempt).copied();
            if before != Some(*outcome) {
                let before = before.map_or("never opened", name);
                let what = format!("attempt {attempt} of {key} was settled as {}, and it was {before}", name(*outcome));
                self.violated(what);
            }
            return;
        };
        self.news = true;
        self.noticed(*attempt, &open);
        self.lanes.retain(|_, held| held != attempt);
        self.closed.insert(*attempt, *outcome);
        *self.counts.settled.entry(name(*outcome)).or_default() += 1;
        if matches!(outcome, AttemptOutcome::Returned | AttemptOutcome::Snoozed) {
            self.tries.entry(key.clone()).or_default().excused += 1;
        }
        let before = self.tasks.get(key);
        let current = before.and_then(|task| task.output);
        let made = OutputId(attempt.0);
        match settled.output {
            output if output == current => {}
            Some(output) if *has_rows && output == made => {
                self.outputs.insert(output.0);
            }
            output => self.violated(format!("attempt {attempt} of {key} left it with output {output:?}")),
        }
        let revision = self.tasks.get(key).map_or(0, |task| task.revision) + 1;
        self.note(Note::Settled {
            attempt: *attempt,
            key: key.clone(),
            outcome: outcome.code(),
            state: task.state.code(),
        });
        self.stands(Task { output: settled.output, revision, ..task.clone() });
        self.owe(key);
    }

    fn fenced(&mut self, asked: &Asked) {
        let Asked { attempt, task, .. } = asked;
        self.counts.fenced += 1;
        self.note(Note::Fenced { attempt: *attempt, key: task.key.clone() });
        if self.open.contains_key(attempt) {
            self.violated(format!("attempt {attempt} of {} was fenced, and it is open", task.key));
        }
    }
}

/// The outcome, or the category of the failure.
fn name(outcome: AttemptOutcome) -> &'static str {
    outcome.category().map_or(outcome.code(), |category| category.code())
}

impl Audit {
    /// Whether a task that is done rests on an output that was committed.
    pub(super) fn rests_on_an_output(&self, task: &Task) -> bool {
        task.state != TaskState::Done || task.output.is_some_and(|output| self.outputs.contains(&output.0))
    }
}
