//! Tasks and attempts on SQLite.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pipeline::Rows;
use runtime::{
    Attempt, AttemptId, AttemptOutcome, Beat, Breaker, Claim, Lease, Ledger, LedgerError, Moved, OpenAttempt, OutputId,
    Partition, RetryLoad, Settled, Settlement, StepId, Task,
};
use rusqlite::{Connection, OptionalExtension, Params, Row, ToSql, named_params};

use super::settle::{self, Written};
use super::statements::{read_cells, sql};
use super::{Sqlite, claim};
use crate::error::Fault;
use crate::rows::attempts;
use crate::rows::tasks::{Named, breaker, breaker_was, read_attempt, read_breaker, read_task, recipe, standing};

#[async_trait]
impl Ledger for Sqlite {
    type Rows = Rows;

    async fn tasks(&self, partitions: &[Partition]) -> Result<Vec<Task>, LedgerError> {
        let partitions = json_array(partitions);
        let tasks = self.read(move |connection| {
            select_each(connection, sql::tasks, named_params! { ":partitions": partitions }, task)
        });
        Ok(tasks.await?)
    }

    async fn unsettled(&self) -> Result<Vec<Task>, LedgerError> {
        Ok(self.read(|connection| select_each(connection, sql::unsettled_tasks, [], task)).await?)
    }

    async fn put(&self, tasks: &[Task]) -> Result<Vec<Task>, LedgerError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let tasks = tasks.to_vec();
        let written = self.write(move |connection| {
            let mut written = Vec::new();
            for task in tasks {
                if put(connection, &task)? {
                    written.push(Task { revision: task.revision + 1, ..task });
                }
            }
            Ok(written)
        });
        let written = written.await?;
        self.ring();
        Ok(written)
    }

    async fn claim(&self, wanted: &Claim, now: Timestamp) -> Result<Vec<Lease>, LedgerError> {
        let wanted = wanted.clone();
        Ok(self.write(move |connection| claim::claim(connection, &wanted, now)).await?)
    }

    async fn beat(&self, beats: &[Beat]) -> Result<Vec<AttemptId>, LedgerError> {
        let beats = beats.to_vec();
        let gone = self.write(move |connection| {
            let mut gone = Vec::new();
            for beat in &beats {
                if execute(connection, sql::beat, &attempts::beat(beat))? == 0 {
                    gone.push(beat.attempt);
                }
            }
            Ok(gone)
        });
        Ok(gone.await?)
    }

    async fn settle(&self, how: Settlement<Rows>, now: Timestamp) -> Result<Settled, LedgerError> {
        let key = how.task.key.clone();
        let settled = self.write(move |connection| match settle(connection, &how, now)? {
            None => closed_so(connection, &how),
            settled => Ok(settled),
        });
        let settled = settled.await?;
        self.ring();
        settled.ok_or(LedgerError::Fenced(key))
    }

    async fn open_attempts(&self) -> Result<Vec<OpenAttempt>, LedgerError> {
        Ok(self.read(open_attempts).await?)
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        let partitions = json_array(partitions);
        let attempts = self.read(move |connection| {
            select_each(connection, sql::newest_attempts, named_params! { ":partitions": partitions }, |row| {
                read_cells(row, 0, read_attempt)
            })
        });
        Ok(attempts.await?)
    }

    async fn retry_load(&self, step: &StepId, since: Timestamp) -> Result<RetryLoad, LedgerError> {
        let step = step.clone();
        let load = self.read(move |connection| {
            let mut statement = connection.prepare_cached(sql::retry_load)?;
            let params = named_params! { ":step": step.as_str(), ":since": since.as_microsecond() };
            let (originals, retries): (i64, i64) = statement.query_row(params, |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(RetryLoad { originals: originals.unsigned_abs(), retries: retries.unsigned_abs() })
        });
        Ok(load.await?)
    }

    async fn breakers(&self) -> Result<BTreeMap<StepId, Breaker>, LedgerError> {
        let breakers =
            self.read(|connection| select_each(connection, sql::breakers, [], |row| read_cells(row, 0, read_breaker)));
        Ok(breakers.await?.into_iter().collect())
    }

    async fn move_breaker(&self, of: &StepId, from: &Breaker, to: &Breaker) -> Result<Moved, LedgerError> {
        let (of, from, to) = (of.clone(), from.clone(), to.clone());
        let moved = self.write(move |connection| {
            let mut params: Named<'_> = vec![(":name", crate::rows::Value::Text(of.as_str().into()))];
            let closed = Breaker::default();
            let statement = match (from == closed, to == closed) {
                (true, true) => return Ok(1),
                (true, false) => {
                    params.extend(breaker(&to));
                    sql::add_breaker
                }
                (false, true) => {
                    params.extend(breaker_was(&from));
                    sql::remove_breaker
                }
                (false, false) => {
                    params.extend(breaker(&to));
                    params.extend(breaker_was(&from));
                    sql::move_breaker
                }
            };
            execute(connection, statement, &params)
        });
        Ok(Moved::by(moved.await? as u64))
    }

    async fn changed(&self, at_most: SignedDuration) {
        let at_most = Duration::try_from(at_most).unwrap_or_default();
        let _ = tokio::time::timeout(at_most, self.rung()).await;
    }
}

pub(super) fn json_array(partitions: &[Partition]) -> String {
    serde_json::Value::from_iter(partitions.iter().map(Partition::as_str)).to_string()
}

/// What `read` makes of each row.
pub(super) fn select_each<T>(
    connection: &Connection,
    text: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Executes a statement with named values, and returns how many rows it changed.
pub(super) fn execute(connection: &Connection, text: &str, params: &Named<'_>) -> Result<usize, Fault> {
    let params: Vec<(&str, &dyn ToSql)> = params.iter().map(|(name, value)| (*name, value as &dyn ToSql)).collect();
    Ok(connection.prepare_cached(text)?.execute(params.as_slice())?)
}

fn task(row: &Row<'_>) -> Result<Task, Fault> {
    read_cells(row, 0, read_task)
}

/// Writes a task as it stands, if nobody wrote it since. Returns whether it did.
fn put(connection: &Connection, task: &Task) -> Result<bool, Fault> {
    let mut params = recipe(task);
    params.extend(standing(task));
    if task.revision == 0 {
        return Ok(execute(connection, sql::insert_task, &params)? > 0);
    }
    params.push((":revision", crate::rows::Value::Integer(task.revision as i64)));
    Ok(execute(connection, sql::update_task, &params)? > 0)
}

fn open_attempts(connection: &Connection) -> Result<Vec<OpenAttempt>, Fault> {
    let mut inputs = connection.prepare_cached(sql::attempt_inputs)?;
    let read = |row: &Row<'_>| {
        let attempt = read_cells(row, 0, read_attempt)?;
        let task = read_cells(row, 20, read_task)?;
        Ok((attempt, task))
    };
    let open = select_each(connection, sql::open_attempts, [], read)?;
    let open = open.into_iter().map(|(attempt, task)| {
        let inputs = inputs
            .query_map(named_params! { ":attempt": attempt.id.0 }, |row| {
                Ok((StepId::from(row.get::<_, String>(0)?), OutputId(row.get(1)?)))
            })?
            .collect::<Result<_, _>>()?;
        let lease = Lease { attempt: attempt.id, task, inputs, claimed_at: attempt.started_at };
        Ok(OpenAttempt { attempt, lease })
    });
    open.collect()
}

/// Rows, verdict and history together; nothing when the attempt no longer holds its task.
fn settle(connection: &Connection, how: &Settlement<Rows>, now: Timestamp) -> Result<Option<Settled>, Fault> {
    let started = Instant::now();
    let attempt = how.attempt;
    let held = connection
        .prepare_cached(sql::held_task)?
        .query_row(named_params! { ":attempt": attempt.0 }, |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
        })
        .optional()?;
    let Some((current, current_digest)) = held else { return Ok(None) };
    let written = match &how.rows {
        Some(rows) => settle::write(connection, attempt, rows, current_digest.as_deref())?,
        None => Written::default(),
    };
    // Rows that are those of the current output were not written again; the task keeps pointing at them.
    let output = match (&how.rows, written.unchanged) {
        (Some(_), false) => Some(attempt.0),
        (Some(_), true) | (None, _) => current,
    };
    let write = SignedDuration::try_from(started.elapsed()).unwrap_or_default();
    execute(connection, sql::close_attempt, &attempts::closing(how, &written, write, now))?;
    if how.outcome == AttemptOutcome::Done {
        execute(connection, sql::add_step_day, &attempts::run_of_day(how, write, now))?;
    }
    let output = output.map(OutputId);
    let task = Task { output, ..how.task.clone() };
    let mut params = standing(&task);
    params.push((":attempt", crate::rows::Value::Integer(attempt.0)));
    execute(connection, sql::settle_task, &params)?;
    Ok(Some(Settled { output, rows_written: written.rows, write }))
}

/// What had been settled, where this very attempt was closed with this very outcome.
fn closed_so(connection: &Connection, how: &Settlement<Rows>) -> Result<Option<Settled>, Fault> {
    let mut statement = connection.prepare_cached(sql::closed_attempt)?;
    let mut rows = statement.query(named_params! { ":attempt": how.attempt.0 })?;
    let Some(row) = rows.next()? else { return Ok(None) };
    read_cells(row, 0, |cells| attempts::read_settled(cells, how))
}
