//! Claiming on Postgres: candidates in order, locked so that others claim what stands behind them.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use futures::future::try_join;
use jiff::Timestamp;
use runtime::{AttemptId, Claim, Lane, Lease, OutputId, StepId, Task, TaskState, Work};
use tokio_postgres::Row;

use super::named::{execute, params, query, query_each};
use super::statements::sql;
use crate::error::Fault;
use crate::rows::tasks::read_task;
use crate::rows::{Cells, Corrupt};

/// A task that could be claimed, locked by this transaction.
struct Candidate {
    task: Task,
    id: i64,
    /// Microseconds since 1970.
    ready_at: i64,
    lane_is_ours: bool,
}

/// Opens attempts of claimable tasks.
pub(super) async fn claim(transaction: &Transaction<'_>, wanted: &Claim, now: Timestamp) -> Result<Vec<Lease>, Fault> {
    let barred = wanted.barred.iter().cloned().collect();
    let mut turn = Turn { transaction, wanted, now, leases: Vec::new(), barred, lanes: Vec::new() };
    while turn.free() > 0 {
        let page = turn.candidates().await?;
        let is_last = page.len() < turn.free();
        let chosen = turn.choose(page);
        turn.take(chosen).await?;
        if is_last {
            break;
        }
    }
    Ok(turn.leases)
}

/// One claim under way.
struct Turn<'c> {
    transaction: &'c Transaction<'c>,
    wanted: &'c Claim,
    now: Timestamp,
    leases: Vec<Lease>,
    /// Steps of which nothing (more) is taken.
    barred: Vec<StepId>,
    /// Lanes of which nothing (more) is taken.
    lanes: Vec<Lane>,
}

impl Turn<'_> {
    /// How many tasks may still be taken.
    fn free(&self) -> usize {
        self.wanted.at_most.saturating_sub(self.leases.len())
    }

    /// The next tasks in order. No more than may be taken: what is locked and left nobody else can take meanwhile.
    async fn candidates(&self) -> Result<Vec<Candidate>, Fault> {
        let barred: Vec<&str> = self.barred.iter().map(StepId::as_str).collect();
        let lanes: Vec<&str> = self.lanes.iter().map(Lane::as_str).collect();
        let (now, at_most) = (self.now.as_microsecond(), self.free() as i64);
        let rows = match &self.wanted.work {
            Work::Anything => {
                let params = params! { ":now": now, ":barred": barred, ":lanes": lanes, ":at_most": at_most };
                query(self.transaction, sql::claimable_tasks, &params).await?
            }
            Work::Of(keys) => {
                let steps: Vec<&str> = keys.iter().map(|key| key.step.as_str()).collect();
                let partitions: Vec<&str> = keys.iter().map(|key| key.partition.as_str()).collect();
                let params = params! {
                    ":step": steps, ":partition": partitions, ":now": now, ":barred": barred, ":lanes": lanes,
                    ":at_most": at_most,
                };
                query(self.transaction, sql::claimable_task, &params).await?
            }
        };
        rows.iter().map(candidate).collect()
    }

    /// Of a lane and of a step that is probed, one; of a lane that somebody else is just taking, none.
    fn choose(&mut self, page: Vec<Candidate>) -> Vec<Candidate> {
        let mut chosen: Vec<Candidate> = Vec::new();
        for candidate in page {
            let Task { key, recipe, .. } = &candidate.task;
            let is_chosen = chosen.iter().any(|other| other.id == candidate.id);
            let lane_is_gone = recipe.lane.as_ref().is_some_and(|lane| self.lanes.contains(lane));
            if is_chosen || lane_is_gone || self.barred.contains(&key.step) {
                continue;
            }
            self.lanes.extend(recipe.lane.clone());
            if candidate.lane_is_ours {
                if self.wanted.probed.contains(&key.step) {
                    self.barred.push(key.step.clone());
                }
                chosen.push(candidate);
            }
        }
        chosen
    }

    /// Opens an attempt of each, but for those of which something moved before they were locked.
    async fn take(&mut self, chosen: Vec<Candidate>) -> Result<(), Fault> {
        let mut inputs = self.inputs(&chosen).await?;
        let taken: Vec<(Candidate, BTreeMap<StepId, OutputId>)> = chosen
            .into_iter()
            .filter_map(|candidate| {
                let inputs = inputs.remove(&candidate.id)??;
                Some((candidate, inputs))
            })
            .collect();
        if taken.is_empty() {
            return Ok(());
        }
        let attempts = self.open(&taken).await?;
        for (Candidate { mut task, id, .. }, inputs) in taken {
            let attempt =
                attempts.get(&id).copied().ok_or_else(|| Corrupt(format!("no attempt of {} opened", task.key)))?;
            task.state = TaskState::Running;
            task.revision += 1;
            self.leases.push(Lease { attempt: AttemptId(attempt), task, inputs, claimed_at: self.now });
        }
        Ok(())
    }

    /// The outputs that each task reads, as they stand now that it is locked; nothing while one of them is being made
    /// anew, and no entry where its lane was taken.
    async fn inputs(&self, chosen: &[Candidate]) -> Result<BTreeMap<i64, Option<BTreeMap<StepId, OutputId>>>, Fault> {
        let tasks: Vec<i64> = chosen.iter().map(|candidate| candidate.id).collect();
        let params = params! { ":tasks": tasks };
        let upstream = query_each(self.transaction, sql::upstream_tasks, &params, |row| {
            let mut cells = Cells::from(row, 0);
            let task: i64 = cells.whole()?;
            let step = cells.text_if_any()?.map(|step| StepId::from(&*step));
            let state = cells.text_if_any()?.map(|state| state.into_owned());
            Ok((task, step, state, cells.whole_if_any()?.map(OutputId)))
        });
        let mut inputs: BTreeMap<i64, Option<BTreeMap<StepId, OutputId>>> = BTreeMap::new();
        for (task, step, state, output) in upstream.await? {
            let read = inputs.entry(task).or_insert_with(|| Some(BTreeMap::new()));
            let Some(step) = step else { continue };
            match (state.as_deref(), output) {
                (Some("done"), Some(output)) => {
                    read.as_mut().map(|read| read.insert(step, output));
                }
                (Some("nothing" | "empty_ok"), _) => {}
                _ => *read = None,
            }
        }
        Ok(inputs)
    }

    /// Opens attempts, and returns their numbers by task.
    async fn open(&self, taken: &[(Candidate, BTreeMap<StepId, OutputId>)]) -> Result<BTreeMap<i64, i64>, Fault> {
        let tasks: Vec<i64> = taken.iter().map(|(candidate, _)| candidate.id).collect();
        let steps: Vec<&str> = taken.iter().map(|(candidate, _)| candidate.task.key.step.as_str()).collect();
        let ready_at: Vec<i64> = taken.iter().map(|(candidate, _)| candidate.ready_at).collect();
        let numbers: Vec<i64> = taken.iter().map(|(candidate, _)| i64::from(candidate.task.failures) + 1).collect();
        let (now, lease_until) = (self.now.as_microsecond(), self.wanted.lease_until.as_microsecond());
        let worker = self.wanted.worker.as_str();
        let params = params! {
            ":task": tasks, ":step": steps, ":ready_at": ready_at, ":number": numbers, ":now": now,
            ":lease_until": lease_until, ":worker": worker,
        };
        let opened = query_each(self.transaction, sql::open_attempt, &params, |row| {
            let mut cells = Cells::from(row, 0);
            Ok((cells.whole()?, cells.whole()?))
        });
        let attempts: BTreeMap<i64, i64> = opened.await?.into_iter().collect();
        let (ids, numbers): (Vec<i64>, Vec<i64>) = attempts.iter().unzip();
        let params = params! { ":task": ids, ":attempt": numbers, ":now": now };
        try_join(execute(self.transaction, sql::take_task, &params), self.note(taken, &attempts)).await?;
        Ok(attempts)
    }

    /// Notes what the attempts read.
    async fn note(
        &self,
        taken: &[(Candidate, BTreeMap<StepId, OutputId>)],
        attempts: &BTreeMap<i64, i64>,
    ) -> Result<u64, Fault> {
        let (mut readers, mut steps, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for (candidate, inputs) in taken {
            for (step, output) in inputs {
                readers.push(attempts.get(&candidate.id).copied());
                steps.push(step.as_str());
                outputs.push(output.0);
            }
        }
        if readers.is_empty() {
            return Ok(0);
        }
        let params = params! { ":attempt": readers, ":step": steps, ":output": outputs };
        execute(self.transaction, sql::note_input, &params).await
    }
}

/// Columns: a task's, its number, since when it could be claimed, whether its lane is locked by us.
fn candidate(row: &Row) -> Result<Candidate, Fault> {
    let mut cells = Cells::from(row, 0);
    let task = read_task(&mut cells)?;
    Ok(Candidate { task, id: cells.whole()?, ready_at: cells.whole()?, lane_is_ours: row.try_get(20)? })
}
