//! Tasks and attempts on Postgres.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deadpool_postgres::{Client, Transaction};
use futures::future::{try_join, try_join3};
use jiff::{SignedDuration, Timestamp};
use pipeline::Rows;
use runtime::{
    Attempt, AttemptId, AttemptOutcome, Beat, Breaker, Claim, Lease, Ledger, LedgerError, Moved, OpenAttempt, OutputId,
    Partition, RetryLoad, Settled, Settlement, StepId, Task, TaskKey,
};

use super::named::{Arrays, execute, of_row, params, query, query_each, storable};
use super::settle::{self, Written};
use super::statements::sql;
use super::{Postgres, SETTLING, claim};
use crate::error::Fault;
use crate::rows::attempts::{beat, closing, read_settled, run_of_day};
use crate::rows::tasks::{Named, breaker, breaker_was, read_attempt, read_breaker, read_task, recipe, standing};
use crate::rows::{Cells, Columns, Corrupt, Value};

#[async_trait]
impl Ledger for Postgres {
    type Rows = Rows;

    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        let client = self.client().await?;
        let partitions = names(partitions);
        Ok(query_each(&client, sql::tasks, &params! { ":partitions": partitions }, task).await?)
    }

    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError> {
        Ok(query_each(&self.client().await?, sql::unsettled_tasks, &[], task).await?)
    }

    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let mut client = self.client().await?;
        let written = put(&mut client, tasks).await?;
        if !written.is_empty() {
            self.changes.tell();
        }
        Ok(written)
    }

    async fn claim(&self, wanted: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError> {
        Ok(claim::claim(&mut self.client().await?, wanted, now).await?)
    }

    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError> {
        if beats.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.client().await?;
        let rows = Arrays::of(beats.iter().map(beat));
        let params = rows.params();
        let open = query_each(&client, sql::beat, &params, |row| Cells::from(row, 0).whole().map(AttemptId));
        let open: BTreeSet<AttemptId> = open.await?.into_iter().collect();
        Ok(beats.iter().map(|beat| beat.attempt).filter(|attempt| !open.contains(attempt)).collect())
    }

    async fn settle(&self, how: Settlement<Rows>, now: Timestamp) -> Result<Settled, LedgerError> {
        let mut client = self.client().await?;
        let settled = match close(&mut client, &how, now).await? {
            None => closed_so(&client, &how).await?,
            settled => settled,
        };
        self.changes.tell();
        settled.ok_or(LedgerError::Fenced(how.task.key))
    }

    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError> {
        Ok(open_attempts(&self.client().await?).await?)
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        let client = self.client().await?;
        let partitions = names(partitions);
        Ok(query_each(&client, sql::newest_attempts, &params! { ":partitions": partitions }, attempt).await?)
    }

    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError> {
        let client = self.client().await?;
        let params = params! { ":step": step.as_str(), ":since": since.as_microsecond() };
        let load = query_each(&client, sql::retry_load, &params, |row| {
            let mut cells = Cells::from(row, 0);
            Ok(RetryLoad { originals: cells.whole()?, retries: cells.whole()? })
        });
        Ok(load.await?.pop().unwrap_or_default())
    }

    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError> {
        let client = self.client().await?;
        let breakers = query_each(&client, sql::breakers, &[], |row| read_breaker(&mut Cells::from(row, 0)));
        Ok(breakers.await?.into_iter().collect())
    }

    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError> {
        let mut row: Named<'_> = vec![(":name", Value::Text(of.as_str().into()))];
        let closed = Breaker::default();
        let statement = match (*from == closed, *to == closed) {
            (true, true) => return Ok(Moved::Yes),
            (true, false) => {
                row.extend(breaker(to));
                sql::add_breaker
            }
            (false, true) => {
                row.extend(breaker_was(from));
                sql::remove_breaker
            }
            (false, false) => {
                row.extend(breaker(to));
                row.extend(breaker_was(from));
                sql::move_breaker
            }
        };
        let row = storable(row);
        let moved = execute(&self.client().await?, statement, &of_row(&row)).await?;
        Ok(Moved::by(moved))
    }

    async fn changed(&self, at_most: SignedDuration) {
        self.changes.heard(Duration::try_from(at_most).unwrap_or_default()).await;
    }
}

fn names(partitions: &[Partition]) -> Vec<&str> {
    partitions.iter().map(Partition::as_str).collect()
}

fn task(row: &dyn Columns) -> Result<Task, Corrupt> {
    read_task(&mut Cells::from(row, 0))
}

pub(super) fn attempt(row: &dyn Columns) -> Result<Attempt, Corrupt> {
    read_attempt(&mut Cells::from(row, 0))
}

/// One at a time enters tasks: two who enter the same in different orders would wait for each other.
const ENTERING: &str = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' entering', 0))";

/// Writes tasks as they stand, each if nobody wrote it since. Returns those written, in their order.
async fn put(client: &mut Client, tasks: &[Task]) -> Result<Vec<Task>, Fault> {
    let transaction = client.transaction().await?;
    let (new, known): (Vec<&Task>, Vec<&Task>) = tasks.iter().partition(|task| task.revision == 0);
    if !new.is_empty() {
        transaction.batch_execute(ENTERING).await?;
    }
    let mut written = put_by(&transaction, sql::insert_task, &new).await?;
    written.extend(put_by(&transaction, sql::update_task, &known).await?);
    transaction.commit().await?;
    let written = tasks.iter().filter(|task| written.remove(&task.key));
    Ok(written.map(|task| Task { revision: task.revision + 1, ..task.clone() }).collect())
}

async fn put_by(transaction: &Transaction<'_>, text: &str, tasks: &[&Task]) -> Result<BTreeSet<TaskKey>, Fault> {
    if tasks.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = tasks.iter().map(|task| {
        let mut row = recipe(task);
        row.extend(standing(task));
        row.push((":revision", Value::Integer(task.revision as i64)));
        row
    });
    let rows = Arrays::of(rows);
    let params = rows.params();
    let written = query_each(transaction, text, &params, |row| {
        let mut cells = Cells::from(row, 0);
        Ok(TaskKey::new(&*cells.text()?, &*cells.text()?))
    });
    Ok(written.await?.into_iter().collect())
}

async fn open_attempts(client: &Client) -> Result<Vec<OpenAttempt>, Fault> {
    let open = query_each(client, sql::open_attempts, &[], |row| {
        let mut cells = Cells::from(row, 0);
        Ok((read_attempt(&mut cells)?, read_task(&mut cells)?))
    });
    let open = open.await?;
    let attempts: Vec<i64> = open.iter().map(|(attempt, _)| attempt.id.0).collect();
    let params = params! { ":attempts": attempts };
    let read = query_each(client, sql::attempt_inputs, &params, |row| {
        let mut cells = Cells::from(row, 0);
        Ok((AttemptId(cells.whole()?), StepId::from(&*cells.text()?), OutputId(cells.whole()?)))
    });
    let mut inputs: BTreeMap<AttemptId, BTreeMap<StepId, OutputId>> = BTreeMap::new();
    for (attempt, step, output) in read.await? {
        inputs.entry(attempt).or_default().insert(step, output);
    }
    let open = open.into_iter().map(|(attempt, task)| {
        let inputs = inputs.remove(&attempt.id).unwrap_or_default();
        let lease = Lease { attempt: attempt.id, task, inputs, claimed_at: attempt.started_at };
        OpenAttempt { attempt, lease }
    });
    Ok(open.collect())
}

/// Rows, verdict and history together; nothing when the attempt no longer holds its task.
async fn close(client: &mut Client, how: &Settlement<Rows>, now: Timestamp) -> Result<Option<Settled>, Fault> {
    let started = Instant::now();
    let attempt = how.attempt;
    let transaction = client.transaction().await?;
    let params = params! { ":attempt": attempt.0 };
    let held = query(&transaction, sql::held_task, &params);
    let patience = async { Ok(transaction.batch_execute(SETTLING).await?) };
    let ((), held) = try_join(patience, held).await?;
    let Some(held) = held.first() else { return Ok(None) };
    let (current, current_digest): (Option<i64>, Option<Vec<u8>>) = (held.try_get(0)?, held.try_get(1)?);
    let written = match &how.rows {
        Some(rows) => settle::write(&transaction, attempt, rows, current_digest.as_deref()).await?,
        None => Written::default(),
    };
    // Rows that are those of the current output were not written again; the task keeps pointing at them.
    let output = match (&how.rows, written.unchanged) {
        (Some(_), false) => Some(attempt.0),
        (Some(_), true) | (None, _) => current,
    };
    let output = output.map(OutputId);
    let write = SignedDuration::try_from(started.elapsed()).unwrap_or_default();
    let task = Task { output, ..how.task.clone() };
    let mut stands = standing(&task);
    stands.push((":attempt", Value::Integer(attempt.0)));
    let (stands, closing, run) =
        (storable(stands), storable(closing(how, &written, write, now)), run_of_day(how, write, now));
    let (stands, closing, run) = (of_row(&stands), of_row(&closing), of_row(&run));
    let settle = execute(&transaction, sql::settle_task, &stands);
    let close = execute(&transaction, sql::close_attempt, &closing);
    let count = async {
        match how.outcome {
            AttemptOutcome::Done => execute(&transaction, sql::add_step_day, &run).await,
            _ => Ok(0),
        }
    };
    try_join3(settle, close, count).await?;
    transaction.commit().await?;
    Ok(Some(Settled { output, rows_written: written.rows, write }))
}

/// What had been settled, where this very attempt was closed with this very outcome.
async fn closed_so(client: &Client, how: &Settlement<Rows>) -> Result<Option<Settled>, Fault> {
    let params = params! { ":attempt": how.attempt.0 };
    let closed = query_each(client, sql::closed_attempt, &params, |row| read_settled(&mut Cells::from(row, 0), how));
    Ok(closed.await?.pop().flatten())
}
