//! A store of the first schema comes to the newest one with the same rows in both.

use rusqlite::Connection;

use super::values;
use crate::opening::{Migration, checksum};
use crate::postgres::{self, Postgres};
use crate::rows::Value;
use crate::sqlite::{self, Sqlite};

/// Everything that could lie in the first schema's ledger. Numbers follow from the order.
const OLD: &str = "
    INSERT INTO task (step, partition, state, category, why, until, updated_at) VALUES
        ('roast', 'monday', 'planned', NULL, NULL, NULL, 2), ('publish', 'monday', 'failed', 'blocked_by_guard', 'refused', NULL, 2),
        ('burnt', 'monday', 'failed', 'lost', 'it died', NULL, 2), ('grind', 'monday', 'planned', NULL, NULL, NULL, 1),
        ('early', 'monday', 'not_yet', NULL, 'too early', 3, 2), ('waits', 'monday', 'not_yet', NULL, 'waits', NULL, 2),
        ('idle', 'monday', 'nothing', NULL, 'no games', NULL, 2), ('empty', 'monday', 'nothing', NULL, 'no beans', NULL, 2);
    INSERT INTO attempt (task_id, started_at, ended_at, outcome, category, message, rows_read, rows_written, output_digest) VALUES
        (1, 1, 2, 'done', NULL, NULL, 7, 1, x'01'), (2, 1, 2, 'done', NULL, NULL, NULL, 1, x'02'),
        (2, 1, 2, 'failed', 'blocked_by_guard', 'refused', NULL, 0, NULL), (4, 1, NULL, 'open', NULL, NULL, NULL, 0, NULL),
        (8, 1, 2, 'nothing', NULL, 'no beans', NULL, 0, NULL);
    INSERT INTO attempt_input VALUES (4, 'roast', 1);
    UPDATE task SET state = 'done', output_id = 1, fingerprint = x'aa' WHERE step = 'roast';
    UPDATE task SET output_id = 2 WHERE step = 'publish';
    UPDATE task SET state = 'running', open_attempt = 4 WHERE step = 'grind';
    UPDATE task SET fingerprint = x'bb' WHERE step = 'empty';
";

const ASKED: [&str; 3] = [
    "SELECT step, partition, state, category, why, instant, claimable_from, step_version, needs, outside, lane, priority,
            fingerprint, wanted, output_id, open_attempt, failures, wanted_since, updated_at, revision
     FROM task ORDER BY task_id",
    "SELECT attempt_id, task_id, step, worker, ready_at, started_at, ended_at, outcome, category, message, number,
            lease_until, stage, stage_done, stage_total, progressed_at, rows_read, rows_written, fetch_micros,
            compute_micros, write_micros, output_digest
     FROM attempt ORDER BY attempt_id",
    "SELECT attempt_id, step, output_id FROM attempt_input",
];

/// The first schema, noted as applied, with old rows.
fn old((number, name, text): &Migration) -> String {
    let noted = checksum(text);
    format!(
        "{text};
         CREATE TABLE schema_migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL);
         INSERT INTO schema_migration VALUES ({number}, '{name}', '{noted}');
         {OLD}"
    )
}

#[tokio::test]
async fn the_first_schema_s_rows_come_through_the_same() {
    let Some(url) = crate::server::new_place() else { return };
    let directory = tempfile::tempdir().unwrap();
    let connection = Connection::open(directory.path().join("tipoff.db")).unwrap();
    connection.execute_batch(&old(&sqlite::MIGRATIONS[0])).unwrap();
    drop(Sqlite::create(directory.path()).unwrap());
    let text = old(&postgres::MIGRATIONS[0]).replace("x'", "'\\x");
    postgres::run_in_new_schema(&url, &text).await;
    let store = Postgres::create(&url).await.unwrap();
    for asked in ASKED {
        let mut statement = connection.prepare(asked).unwrap();
        let width = statement.column_count();
        let embedded = statement.query_map([], |row| Ok(values(row, width))).unwrap();
        let embedded: Vec<Vec<Value<'static>>> = embedded.map(Result::unwrap).collect();
        let served = store.client().await.unwrap().query(asked, &[]).await.unwrap();
        let served: Vec<Vec<Value<'static>>> = served.iter().map(|row| values(row, row.len())).collect();
        assert_eq!(served, embedded);
        assert!(!served.is_empty());
    }
}
