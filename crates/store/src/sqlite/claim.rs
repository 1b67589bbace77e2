//! Claiming on SQLite: candidates in order, each taken only if nothing it needs has moved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use runtime::{AttemptId, Claim, Lease, OutputId, StepId, Task, TaskState, Work};
use rusqlite::{Connection, Row, named_params};

use super::ledger::select_each;
use super::statements::{instant, read_cells, sql};
use crate::error::Fault;
use crate::rows::tasks::{read_task, steps_text};

/// A task that could be claimed.
struct Candidate {
    task: Task,
    id: i64,
    ready_at: Timestamp,
}

/// Tasks whose upstream has moved may stand first in the queue: so many candidates are looked at for each one wanted.
const LOOKED_AT: usize = 16;

/// Opens attempts of claimable tasks.
pub(super) fn claim(connection: &Connection, wanted: &Claim, now: Timestamp) -> Result<Vec<Lease>, Fault> {
    let mut turn =
        Turn { connection, wanted, now, leases: Vec::new(), lanes: BTreeSet::new(), probed: BTreeSet::new() };
    match &wanted.work {
        Work::Anything => {
            // Mostly the first in the queue will do.
            for at_most in [wanted.at_most, wanted.at_most * LOOKED_AT] {
                let params = named_params! {
                    ":now": now.as_microsecond(), ":barred": steps_text(&wanted.barred), ":at_most": at_most as i64,
                };
                for candidate in select_each(connection, sql::claimable_tasks, params, candidate)? {
                    turn.consider(candidate)?;
                }
                if turn.leases.len() == wanted.at_most {
                    break;
                }
            }
        }
        Work::Of(keys) => {
            for key in keys {
                let params = named_params! {
                    ":now": now.as_microsecond(), ":step": key.step.as_str(), ":partition": key.partition.as_str(),
                };
                for candidate in select_each(connection, sql::claimable_task, params, candidate)? {
                    turn.consider(candidate)?;
                }
            }
        }
    }
    Ok(turn.leases)
}

fn candidate(row: &Row<'_>) -> Result<Candidate, Fault> {
    Ok(Candidate { task: read_cells(row, 0, read_task)?, id: row.get(18)?, ready_at: instant(row.get(19)?)? })
}

/// One claim under way.
struct Turn<'c> {
    connection: &'c Connection,
    wanted: &'c Claim,
    now: Timestamp,
    leases: Vec<Lease>,
    lanes: BTreeSet<runtime::Lane>,
    probed: BTreeSet<StepId>,
}

impl Turn<'_> {
    fn consider(&mut self, candidate: Candidate) -> Result<(), Fault> {
        let step = &candidate.task.key.step;
        if self.leases.len() >= self.wanted.at_most || self.wanted.barred.contains(step) || self.probed.contains(step) {
            return Ok(());
        }
        if candidate.task.recipe.lane.as_ref().is_some_and(|lane| self.lanes.contains(lane)) {
            return Ok(());
        }
        let Some(inputs) = self.inputs(&candidate.task)? else { return Ok(()) };
        if self.wanted.probed.contains(step) {
            self.probed.insert(step.clone());
        }
        self.lanes.extend(candidate.task.recipe.lane.clone());
        let lease = self.take(candidate, inputs)?;
        self.leases.push(lease);
        Ok(())
    }

    /// The outputs a task reads; nothing while one of them is being made anew.
    fn inputs(&self, task: &Task) -> Result<Option<BTreeMap<StepId, OutputId>>, Fault> {
        let needs = &task.recipe.needs;
        if needs.is_empty() {
            return Ok(Some(BTreeMap::new()));
        }
        let mut statement = self.connection.prepare_cached(sql::upstream_tasks)?;
        let params = named_params! { ":partition": task.key.partition.as_str(), ":needs": steps_text(needs) };
        let mut rows = statement.query(params)?;
        let (mut inputs, mut found) = (BTreeMap::new(), 0);
        while let Some(row) = rows.next()? {
            found += 1;
            let (step, state, output): (String, String, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match (state.as_str(), output) {
                ("done", Some(output)) => {
                    inputs.insert(StepId::from(step), OutputId(output));
                }
                ("nothing" | "empty_ok", _) => {}
                _ => return Ok(None),
            }
        }
        Ok((found == needs.len()).then_some(inputs))
    }

    fn take(&self, candidate: Candidate, inputs: BTreeMap<StepId, OutputId>) -> Result<Lease, Fault> {
        let Candidate { mut task, id, ready_at } = candidate;
        let now = self.now.as_microsecond();
        self.connection.prepare_cached(sql::open_attempt)?.execute(named_params! {
            ":task": id, ":step": task.key.step.as_str(), ":worker": self.wanted.worker.as_str(),
            ":ready_at": ready_at.as_microsecond(), ":now": now, ":number": task.failures + 1,
            ":lease_until": self.wanted.lease_until.as_microsecond(),
        })?;
        let attempt = self.connection.last_insert_rowid();
        self.connection.prepare_cached(sql::take_task)?.execute(named_params! {
            ":task": id, ":attempt": attempt, ":now": now,
        })?;
        let mut note = self.connection.prepare_cached(sql::note_input)?;
        for (step, output) in &inputs {
            note.execute(named_params! { ":attempt": attempt, ":step": step.as_str(), ":output": output.0 })?;
        }
        task.state = TaskState::Running;
        task.updated_at = self.now;
        task.updated_at = self.now;
        task.revision += 1;
        Ok(Lease { attempt: AttemptId(attempt), task, inputs, claimed_at: self.now })
    }
}
