//! Both databases side by side: the same rows, settled in both, leave the same tables and read back the same.

#[path = "../../tests/conformance/night.rs"]
#[expect(dead_code, reason = "the integration tests use the rest")]
mod night;

mod facts;
mod migrating;
mod outputs;
mod volume;

use jiff::Timestamp;
use pipeline::rows::FactBatch;
use pipeline::source::{Facts, Rejects};
use pipeline::{RawPayload, Rows};
use runtime::AttemptId;
use rusqlite::Connection;
use tempfile::TempDir;

use self::night::conspicuous;
use crate::error::Fault;
use crate::postgres::{self, Postgres};
use crate::rows::every::{Stored, layout};
use crate::rows::{Columns, Value};
use crate::settling::{VERSION_COLUMNS, Written};
use crate::sqlite::{self, Sqlite};

/// Tables that hold no records, with what orders their rows.
const OTHERS: &[(&str, &str)] = &[
    ("landing", "landing_id, payload_id, source, subject, fetched_at, etag, attempt_id"),
    ("raw_payload", "payload_id, hash, source, subject, fetched_at, encoding, size, body, attempt_id"),
    ("reject", "attempt_id, row_number, reason, detail"),
    ("reject_count", "attempt_id, reason, count"),
    ("payload_finding", "attempt_id, finding, verdict, detail"),
    ("fact_revision", "fact, slate, revision"),
    (
        "consolidation_summary",
        "output_id, expected_players, completed_players, skipped_players, missing_players, predictions",
    ),
];

/// A new store of either kind.
struct Both {
    connection: Connection,
    sqlite: Sqlite,
    postgres: Postgres,
    _directory: TempDir,
}

impl Both {
    /// Nothing where there is no server.
    async fn fresh() -> Option<Self> {
        let url = crate::server::new_place()?;
        let directory = tempfile::tempdir().unwrap();
        drop(Sqlite::create(directory.path()).unwrap());
        let connection = Connection::open(directory.path().join("tipoff.db")).unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        let sqlite = Sqlite::open(directory.path()).unwrap();
        Some(Self { connection, sqlite, postgres: Postgres::create(&url).await.unwrap(), _directory: directory })
    }

    /// The same statement in both.
    async fn run(&self, text: &str) {
        self.connection.execute_batch(text).unwrap();
        self.postgres.client().await.unwrap().batch_execute(text).await.unwrap();
    }

    /// One attempt of a task that read these outputs and made these rows: what both say was written.
    async fn settle(&self, step: &str, partition: &str, read: &[(&str, i64)], rows: &Rows) -> (i64, Written) {
        let task = format!("step = '{step}' AND partition = '{partition}'");
        self.run(&format!(
            "INSERT INTO task (step, partition, state, updated_at) VALUES ('{step}', '{partition}', 'planned', 0)
             ON CONFLICT DO NOTHING;
             INSERT INTO attempt (task_id, step, worker, ready_at, started_at, outcome, number, lease_until)
             SELECT task_id, step, 'me', 0, 0, 'open', 1, 0 FROM task WHERE {task}"
        ))
        .await;
        let newest = "SELECT max(attempt_id) FROM attempt";
        let attempt: i64 = self.connection.query_row(newest, [], |row| row.get(0)).unwrap();
        for (step, output) in read {
            self.run(&format!("INSERT INTO attempt_input VALUES ({attempt}, '{step}', {output})")).await;
        }
        let written = self.write(attempt, rows, None).await.unwrap();
        let (read, added) = (written.rows_read.unwrap_or_default(), written.rows);
        self.run(&format!(
            "UPDATE attempt SET outcome = 'done', ended_at = 1, rows_read = {read}, rows_written = {added}
             WHERE attempt_id = {attempt};
             UPDATE task SET state = 'done', output_id = {attempt} WHERE {task}"
        ))
        .await;
        (attempt, written)
    }

    /// Writes rows in a transaction of either; both must take them, or both refuse them.
    async fn write(&self, attempt: i64, rows: &Rows, current: Option<&[u8]>) -> Result<Written, Fault> {
        let attempt = AttemptId(attempt);
        let transaction = self.connection.unchecked_transaction().unwrap();
        let embedded = sqlite::settle::write(&transaction, attempt, rows, current);
        if embedded.is_ok() {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
        let mut client = self.postgres.client().await.unwrap();
        let transaction = postgres::begin(&mut client).await.unwrap();
        let served = postgres::settle::write(&transaction, attempt, rows, current).await;
        if served.is_ok() {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
        match (embedded, served) {
            (Ok(embedded), Ok(served)) => {
                assert_eq!(embedded, served);
                Ok(served)
            }
            (Err(_), Err(fault)) => Err(fault),
            (embedded, served) => panic!("SQLite: {embedded:?}, Postgres: {served:?}"),
        }
    }

    /// Every row of every table is the same in both.
    async fn assert_same_tables(&self) {
        let records = layout().into_iter().map(|(table, key, content, stored)| {
            let (before, after): (&[&str], &[&str]) = match stored {
                Stored::Fact => (&[], &VERSION_COLUMNS),
                Stored::Output => (&["output_id"], &[]),
            };
            (table, [before, key, after, content].concat().join(", "))
        });
        let others = OTHERS.iter().map(|(table, columns)| (*table, (*columns).to_owned()));
        for (table, columns) in records.chain(others) {
            let text = format!("SELECT {columns} FROM {table} ORDER BY {columns}");
            assert_eq!(self.served(&text).await, self.embedded(&text), "{table}");
        }
    }

    fn embedded(&self, text: &str) -> Vec<Vec<Value<'static>>> {
        let mut statement = self.connection.prepare(text).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| Ok(values(row, width))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    async fn served(&self, text: &str) -> Vec<Vec<Value<'static>>> {
        let rows = self.postgres.client().await.unwrap().query(text, &[]).await.unwrap();
        rows.iter().map(|row| values(row, row.len())).collect()
    }
}

fn values(row: &dyn Columns, width: usize) -> Vec<Value<'static>> {
    let owned = |index| match row.column(index).unwrap() {
        Value::Null => Value::Null,
        Value::Integer(number) => Value::Integer(number),
        Value::Real(number) => Value::Real(number),
        Value::Text(text) => Value::Text(text.into_owned().into()),
        Value::Blob(bytes) => Value::Blob(bytes.into_owned().into()),
    };
    (0..width).map(owned).collect()
}

/// Both said the same, word for word.
fn assert_same_answers(served: &[String], embedded: &[String]) {
    assert_eq!(served.len(), embedded.len());
    for (served, embedded) in served.iter().zip(embedded) {
        assert_eq!(served, embedded);
    }
}

/// A payload that came at an instant.
fn payload(subject: &str, fetched_at: Timestamp, body: &[u8]) -> RawPayload {
    RawPayload {
        source: "archive_games".into(),
        subject: subject.into(),
        fetched_at,
        etag: None,
        body: body.to_vec().into(),
    }
}

/// What a payload said.
fn batch(payload: &RawPayload, landed_at: Timestamp, facts: Facts, rejects: Rejects) -> Rows {
    Rows::Facts(Box::new(FactBatch {
        payload: payload.hash(),
        landed_at,
        facts,
        rows_read: 7,
        rejects,
        findings: vec![conspicuous()],
    }))
}
