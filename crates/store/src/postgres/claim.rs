//! Claiming on Postgres: candidates in order, locked so that others claim what stands behind them. What is done for each
//! of several is sent together, and so takes one round trip.

use std::collections::BTreeMap;

use deadpool_postgres::{Client, Transaction};
use futures::future::try_join_all;
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

type Inputs = BTreeMap<StepId, OutputId>;

/// Opens attempts of claimable tasks.
pub(super) async fn claim(client: &mut Client, wanted: &Claim, now: Timestamp) -> Result<Vec<Lease>, Fault> {
    loop {
        let transaction = client.transaction().await?;
        let barred = wanted.barred.to_vec();
        let turn = Turn { transaction: &transaction, wanted, now, leases: Vec::new(), barred, lanes: Vec::new() };
        match turn.run().await {
            Ok(leases) => {
                transaction.commit().await?;
                return Ok(leases);
            }
            // Between our looking and our locking, somebody claimed in that lane and let go of the lock.
            Err(Fault::Postgres(error)) if is_lane_taken(&error) => {}
            Err(fault) => return Err(fault),
        }
    }
}

/// Whether the database itself has kept an attempt out of a lane.
fn is_lane_taken(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| error.constraint() == Some("task_lane_taken"))
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
    async fn run(mut self) -> Result<Vec<Lease>, Fault> {
        while self.free() > 0 {
            let page = self.candidates().await?;
            if page.is_empty() {
                break;
            }
            let chosen = self.choose(page);
            let inputs = try_join_all(chosen.iter().map(|candidate| self.inputs(&candidate.task))).await?;
            let taken = chosen.into_iter().zip(inputs).filter_map(|(candidate, inputs)| Some((candidate, inputs?)));
            let leases = try_join_all(taken.map(|(candidate, inputs)| self.take(candidate, inputs))).await?;
            self.leases.extend(leases);
        }
        Ok(self.leases)
    }

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

    /// The outputs a task reads, as they stand now that it is locked; nothing while one of them is being made anew.
    async fn inputs(&self, task: &Task) -> Result<Option<Inputs>, Fault> {
        let needs: Vec<&str> = task.recipe.needs.iter().map(StepId::as_str).collect();
        if needs.is_empty() {
            return Ok(Some(Inputs::new()));
        }
        let params = params! { ":partition": task.key.partition.as_str(), ":needs": needs };
        let upstream = query_each(self.transaction, sql::upstream_tasks, &params, |row| {
            let mut cells = Cells::from(row, 0);
            let (step, state) = (StepId::from(&*cells.text()?), cells.text()?.into_owned());
            Ok((step, state, cells.whole_if_any()?.map(OutputId)))
        });
        let upstream = upstream.await?;
        let mut inputs = Inputs::new();
        let found = upstream.len();
        for (step, state, output) in upstream {
            match (state.as_str(), output) {
                ("done", Some(output)) => {
                    inputs.insert(step, output);
                }
                ("nothing" | "empty_ok", _) => {}
                _ => return Ok(None),
            }
        }
        Ok((found == needs.len()).then_some(inputs))
    }

    async fn take(&self, candidate: Candidate, inputs: Inputs) -> Result<Lease, Fault> {
        let Candidate { mut task, id, ready_at, .. } = candidate;
        let now = self.now.as_microsecond();
        let (step, worker) = (task.key.step.as_str(), self.wanted.worker.as_str());
        let (number, lease_until) = (i64::from(task.failures) + 1, self.wanted.lease_until.as_microsecond());
        let params = params! {
            ":task": id, ":step": step, ":worker": worker, ":ready_at": ready_at, ":now": now, ":number": number,
            ":lease_until": lease_until,
        };
        let opened = query(self.transaction, sql::open_attempt, &params).await?;
        let attempt: i64 =
            opened.first().ok_or_else(|| Corrupt(format!("no attempt of {} opened", task.key)))?.try_get(0)?;
        let params = params! { ":task": id, ":attempt": attempt, ":now": now };
        execute(self.transaction, sql::take_task, &params).await?;
        let notes = inputs.iter().map(async |(step, output)| {
            let params = params! { ":attempt": attempt, ":step": step.as_str(), ":output": output.0 };
            execute(self.transaction, sql::note_input, &params).await
        });
        try_join_all(notes).await?;
        task.state = TaskState::Running;
        task.updated_at = self.now;
        task.revision += 1;
        Ok(Lease { attempt: AttemptId(attempt), task, inputs, claimed_at: self.now })
    }
}

/// Columns: a task's, its number, since when it could be claimed, whether its lane is locked by us.
fn candidate(row: &Row) -> Result<Candidate, Fault> {
    let mut cells = Cells::from(row, 0);
    let task = read_task(&mut cells)?;
    Ok(Candidate { task, id: cells.whole()?, ready_at: cells.whole()?, lane_is_ours: row.try_get(20)? })
}
