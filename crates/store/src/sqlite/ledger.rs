//! Tasks and attempts on SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use pipeline::Rows;
use runtime::{
    Attempt, AttemptId, AttemptOutcome, FailureCategory, Fingerprint, Lease, Ledger, LedgerError, OutputId, Partition,
    Settled, Settlement, StepId, Task, TaskKey, TaskState,
};
use rusqlite::{Connection, Params, Row, named_params};

use super::Sqlite;
use super::settle::{self, Written};
use super::statements::{instant, sql};
use crate::error::Fault;
use crate::rows::Corrupt;

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

    async fn failed(&self) -> Result<Vec<Task>, LedgerError> {
        Ok(self.read(|connection| select_each(connection, sql::failed_tasks, [], task)).await?)
    }

    async fn replan(&self, changes: &[(TaskKey, TaskState)], now: Timestamp) -> Result<(), LedgerError> {
        if changes.is_empty() {
            return Ok(());
        }
        let changes = changes.to_vec();
        let written = self.write(move |connection| {
            let mut statement = connection.prepare_cached(sql::replan)?;
            for (key, state) in &changes {
                let until = match state {
                    TaskState::NotYet { until, .. } => until.map(Timestamp::as_microsecond),
                    _ => None,
                };
                statement.execute(named_params! {
                    ":step": key.step.as_str(), ":partition": key.partition.as_str(), ":state": state.code(),
                    ":why": state.why(), ":until": until, ":now": now.as_microsecond(),
                })?;
            }
            Ok(())
        });
        Ok(written.await?)
    }

    async fn claim(
        &self,
        key: &TaskKey,
        inputs: &BTreeMap<StepId, OutputId>,
        now: Timestamp,
    ) -> Result<Lease, LedgerError> {
        let (wanted, inputs) = (key.clone(), inputs.clone());
        let claimed = self.write(move |connection| claim(connection, &wanted, &inputs, now)).await?;
        let attempt = claimed.ok_or_else(|| LedgerError::Fenced(key.clone()))?;
        Ok(Lease { key: key.clone(), attempt })
    }

    async fn settle(&self, lease: Lease, how: Settlement<Rows>, now: Timestamp) -> Result<Settled, LedgerError> {
        let settled = self.write(move |connection| {
            let outcome = settle(connection, lease.attempt, &how, now)?;
            Ok(outcome.ok_or(lease.key))
        });
        settled.await?.map_err(LedgerError::Fenced)
    }

    async fn close_lost(&self, now: Timestamp) -> Result<Vec<TaskKey>, LedgerError> {
        let closed = self.write(move |connection| {
            let mut statement = connection.prepare_cached(sql::lost_tasks)?;
            let lost: Vec<(String, String, i64)> = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<_, _>>()?;
            let why = "the process died while it ran";
            let state = TaskState::Failed { category: FailureCategory::Lost, why: why.to_owned() };
            for (_, _, attempt) in &lost {
                let ended = Ended { fingerprint: None, output: None, written: &Written::default() };
                close(connection, AttemptId(*attempt), &state, ended, now)?;
            }
            Ok(lost.into_iter().map(|(step, partition, _)| TaskKey::new(step, partition)).collect())
        });
        Ok(closed.await?)
    }

    async fn newest_attempts(&self, partitions: &[Partition]) -> Result<Vec<Attempt>, LedgerError> {
        let partitions = json_array(partitions);
        let attempts = self.read(move |connection| {
            select_each(connection, sql::newest_attempts, named_params! { ":partitions": partitions }, attempt)
        });
        Ok(attempts.await?)
    }
}

pub(super) fn json_array(partitions: &[Partition]) -> String {
    serde_json::Value::from_iter(partitions.iter().map(Partition::as_str)).to_string()
}

/// What `read` makes of each row.
fn select_each<T>(
    connection: &Connection,
    text: &str,
    params: impl Params,
    read: fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// Opens an attempt; nothing when the task is held or not planned.
fn claim(
    connection: &Connection,
    key: &TaskKey,
    inputs: &BTreeMap<StepId, OutputId>,
    now: Timestamp,
) -> Result<Option<AttemptId>, Fault> {
    let (step, partition, now) = (key.step.as_str(), key.partition.as_str(), now.as_microsecond());
    let opened = connection
        .prepare_cached(sql::open_attempt)?
        .execute(named_params! { ":step": step, ":partition": partition, ":now": now })?;
    if opened == 0 {
        return Ok(None);
    }
    let attempt = connection.last_insert_rowid();
    connection
        .prepare_cached(sql::claim_task)?
        .execute(named_params! { ":step": step, ":partition": partition, ":attempt": attempt, ":now": now })?;
    let mut note = connection.prepare_cached(sql::note_input)?;
    for (step, output) in inputs {
        note.execute(named_params! { ":attempt": attempt, ":step": step.as_str(), ":output": output.0 })?;
    }
    Ok(Some(AttemptId(attempt)))
}

/// Rows, verdict and history together; nothing when the attempt no longer holds its task.
fn settle(
    connection: &Connection,
    attempt: AttemptId,
    how: &Settlement<Rows>,
    now: Timestamp,
) -> Result<Option<Settled>, Fault> {
    let held = connection.prepare_cached(sql::held_task)?.query_row(named_params! { ":attempt": attempt.0 }, |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
    });
    let (current, current_digest) = match held {
        Ok(held) => held,
        Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let written = match &how.rows {
        Some(rows) => settle::write(connection, attempt, rows, current_digest.as_deref())?,
        None => Written::default(),
    };
    // Rows that are those of the current output were not written again; the task keeps pointing at them.
    let output = match (&how.rows, written.unchanged) {
        (Some(_), false) => Some(attempt.0),
        (Some(_), true) | (None, _) => current,
    };
    let ended = Ended { fingerprint: Some(how.fingerprint), output, written: &written };
    close(connection, attempt, &how.state, ended, now)?;
    Ok(Some(Settled { output: output.map(OutputId), rows_written: written.rows }))
}

/// What an attempt leaves behind besides its verdict.
#[derive(Clone, Copy)]
struct Ended<'a> {
    fingerprint: Option<Fingerprint>,
    output: Option<i64>,
    written: &'a Written,
}

fn close(
    connection: &Connection,
    attempt: AttemptId,
    state: &TaskState,
    ended: Ended<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let Ended { fingerprint, output, written } = ended;
    // A failure leaves fingerprint and output of the last success; one that came to nothing leaves the output.
    let (outcome, category, fingerprint, output) = match state {
        TaskState::Done => ("done", None, fingerprint, output),
        TaskState::Failed { category, .. } => ("failed", Some(category.code()), None, None),
        _ => ("nothing", None, fingerprint, None),
    };
    connection.prepare_cached(sql::close_attempt)?.execute(named_params! {
        ":attempt": attempt.0, ":now": now.as_microsecond(), ":outcome": outcome, ":category": category,
        ":message": state.why(), ":rows_read": written.rows_read.map(|rows| rows as i64),
        ":rows_written": written.rows as i64, ":output_digest": written.digest.as_deref(),
    })?;
    connection.prepare_cached(sql::settle_task)?.execute(named_params! {
        ":attempt": attempt.0, ":state": state.code(), ":category": category, ":why": state.why(),
        ":fingerprint": fingerprint.map(Fingerprint::bytes), ":output": output,
        ":now": now.as_microsecond(),
    })?;
    Ok(())
}

fn task(row: &Row<'_>) -> Result<Task, Fault> {
    let step: String = row.get(0)?;
    let partition: String = row.get(1)?;
    let why = || row.get::<_, Option<String>>(4).map(Option::unwrap_or_default);
    let state = match row.get_ref(2)?.as_str().unwrap_or_default() {
        "planned" => TaskState::Planned,
        "not_yet" => TaskState::NotYet { until: row.get::<_, Option<i64>>(5)?.map(instant).transpose()?, why: why()? },
        "nothing" => TaskState::Nothing { why: why()? },
        "running" => TaskState::Running,
        "done" => TaskState::Done,
        "failed" => TaskState::Failed { category: category(row, 3)?, why: why()? },
        other => return Err(Corrupt(format!("{other:?} is no state of a task")).into()),
    };
    Ok(Task {
        key: TaskKey::new(step, partition),
        state,
        fingerprint: row.get::<_, Option<[u8; 16]>>(6)?.map(Fingerprint::from_bytes),
        output: row.get::<_, Option<i64>>(7)?.map(OutputId),
        updated_at: instant(row.get(8)?)?,
    })
}

fn attempt(row: &Row<'_>) -> Result<Attempt, Fault> {
    let outcome = match row.get_ref(5)?.as_str().unwrap_or_default() {
        "open" => AttemptOutcome::Open,
        "done" => AttemptOutcome::Done,
        "nothing" => AttemptOutcome::Nothing,
        "failed" => AttemptOutcome::Failed(category(row, 6)?),
        other => return Err(Corrupt(format!("{other:?} is no outcome of an attempt")).into()),
    };
    Ok(Attempt {
        id: AttemptId(row.get(0)?),
        key: TaskKey::new(row.get::<_, String>(1)?, row.get::<_, String>(2)?),
        started_at: instant(row.get(3)?)?,
        ended_at: row.get::<_, Option<i64>>(4)?.map(instant).transpose()?,
        outcome,
        message: row.get(7)?,
        rows_written: row.get::<_, i64>(8)?.unsigned_abs(),
    })
}

fn category(row: &Row<'_>, column: usize) -> Result<FailureCategory, Fault> {
    let code = row.get_ref(column)?.as_str().unwrap_or_default();
    FailureCategory::from_code(code).ok_or_else(|| Corrupt(format!("{code:?} is no failure category")).into())
}
