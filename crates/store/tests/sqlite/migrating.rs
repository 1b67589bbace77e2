//! A database of the first schema, with everything that could lie in it, under the newest program.

use std::path::Path;

use jiff::Timestamp;
use pipeline::{PayloadHash, Rows, Step};
use runtime::{AttemptOutcome, FailureCategory, Fingerprint, OutputId, Task, TaskKey, TaskState};
use rusqlite::{Connection, params};
use store::{OpenError, Store};

use crate::attempts::{claim, done, newest_attempt, page, reap, settle, task};
use crate::files::{beside, chain, count};
use crate::toy_steps::{Toy, outcomes_by_clock, ready};

const FIRST: &str = include_str!("../../migrations/sqlite/0001_initial.sql");

/// The instants of the old database, in microseconds.
const STARTED: i64 = 1_000_000;
const ENDED: i64 = 2_000_000;

/// Tasks of the old program: number, step, state, category, reason, until, fingerprint, output, open attempt.
const TASKS: &str = "INSERT INTO task VALUES
    (1, 'roast', 'monday', 'done', NULL, NULL, NULL, NULL, 1, NULL, 2000000),
    (2, 'publish', 'monday', 'failed', 'blocked_by_guard', 'refused', NULL, x'00112233445566778899aabbccddeeff', 2, NULL, 2000000),
    (3, 'burnt', 'monday', 'failed', 'lost', 'the process died while it ran', NULL, NULL, NULL, NULL, 2000000),
    (4, 'grind', 'monday', 'running', NULL, NULL, NULL, x'00112233445566778899aabbccddeeff', 5, 6, 1000000),
    (5, 'brew', 'monday', 'running', NULL, NULL, NULL, NULL, NULL, 7, 1000000),
    (6, 'planned', 'monday', 'planned', NULL, NULL, NULL, NULL, NULL, NULL, 2000000),
    (7, 'early', 'monday', 'not_yet', NULL, 'too early', 3000000, NULL, NULL, NULL, 2000000),
    (8, 'waits', 'monday', 'not_yet', NULL, 'waits for roast', NULL, NULL, NULL, NULL, 2000000),
    (9, 'idle', 'monday', 'nothing', NULL, 'no games', NULL, NULL, NULL, NULL, 2000000),
    (10, 'empty', 'monday', 'nothing', NULL, 'no beans', NULL, x'00112233445566778899aabbccddeeff', NULL, NULL, 2000000)";

const ATTEMPTS: &str = "INSERT INTO attempt VALUES
    (1, 1, 1000000, 2000000, 'done', NULL, NULL, NULL, 1, x'01'),
    (2, 2, 1000000, 2000000, 'done', NULL, NULL, 7, 1, x'02'),
    (3, 2, 1000000, 2000000, 'failed', 'blocked_by_guard', 'refused', NULL, 0, NULL),
    (4, 3, 1000000, 2000000, 'failed', 'lost', 'the process died while it ran', NULL, 0, NULL),
    (5, 4, 1000000, 2000000, 'done', NULL, NULL, NULL, 1, x'05'),
    (6, 4, 1000000, NULL, 'open', NULL, NULL, NULL, 0, NULL),
    (7, 5, 1000000, NULL, 'open', NULL, NULL, NULL, 0, NULL),
    (8, 10, 1000000, 2000000, 'nothing', NULL, 'no beans', NULL, 0, NULL)";

/// Rows of the attempts: every kind of table that refers to one.
const ROWS: &str = "
    INSERT INTO attempt_input VALUES (5, 'roast', 1), (6, 'roast', 1);
    INSERT INTO raw_payload VALUES
        (1, zeroblob(32), 'archive_games', 'games', 1000000, 'identity', 2, x'7b7d', 1);
    INSERT INTO reject VALUES (2, 'malformed', 1, 'row 1');
    INSERT INTO reject_count VALUES (2, 'malformed', 1);
    INSERT INTO store_identity VALUES (1, 'the league')";

/// A directory with a database as the first program left it when it was killed.
fn old() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let connection = beside(directory.path());
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(FIRST).unwrap();
    let ledger = "CREATE TABLE schema_migration (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";
    connection.execute_batch(ledger).unwrap();
    let checksum = PayloadHash::of(FIRST.as_bytes()).to_string();
    connection.execute("INSERT INTO schema_migration VALUES (1, 'initial', ?1)", [checksum]).unwrap();
    for text in [TASKS, ATTEMPTS, ROWS] {
        connection.execute_batch(text).unwrap();
    }
    for (output, body) in [(1, "roast"), (2, "published"), (5, "ground")] {
        let text = "INSERT INTO published_document (output_id, path, twin, slate, body, hash)
                    VALUES (?1, 'page.json', 'latest/page.json', '2025-01-15', ?2, ?3)";
        let hash = PayloadHash::of(body.as_bytes());
        connection.execute(text, params![output, body.as_bytes(), hash.bytes()]).unwrap();
    }
    let made_from = old_fingerprint("roast", "beans");
    connection.execute("UPDATE task SET fingerprint = ?1 WHERE step = 'roast'", [made_from.bytes()]).unwrap();
    assert_eq!(dangling(&connection), 0, "the old program left it sound");
    directory
}

/// The fingerprint that the old program gave a step of version 1 that needs nobody.
fn old_fingerprint(step: &str, inputs: &str) -> Fingerprint {
    let outside = Fingerprint::of([inputs]).bytes();
    Fingerprint::of([step.as_bytes(), &1_u32.to_le_bytes(), &outside])
}

fn dangling(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap()
}

fn migrations(directory: &Path) -> i64 {
    beside(directory).query_row("SELECT max(number) FROM schema_migration", [], |row| row.get(0)).unwrap()
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

fn key(step: &str) -> TaskKey {
    TaskKey::new(step, "monday")
}

fn dead(category: FailureCategory, why: &str) -> TaskState {
    TaskState::Dead { category, why: why.into() }
}

#[tokio::test]
async fn every_old_state_has_its_new_one() {
    let directory = old();
    let store = Store::create(directory.path()).unwrap();
    let tasks = store.ledger.tasks(&[key("roast").partition]).await.unwrap();
    let stands: Vec<(&str, &TaskState, Option<OutputId>)> =
        tasks.iter().map(|task| (task.key.step.as_str(), &task.state, task.output)).collect();
    let why = |text: &str| text.to_owned();
    let expected = [
        ("roast", TaskState::Done, Some(1)),
        ("publish", dead(FailureCategory::BlockedByGuard, "refused"), Some(2)),
        ("burnt", dead(FailureCategory::Lost, "the process died while it ran"), None),
        ("grind", TaskState::Planned, Some(5)),
        ("brew", TaskState::Planned, None),
        ("planned", TaskState::Planned, None),
        ("early", TaskState::NotYet { until: Some(at(3_000_000)), why: why("too early") }, None),
        ("waits", TaskState::NotYet { until: None, why: why("waits for roast") }, None),
        ("idle", TaskState::Nothing { why: why("no games") }, None),
        ("empty", TaskState::EmptyOk { why: why("no beans") }, None),
    ];
    let expected: Vec<(&str, &TaskState, Option<OutputId>)> =
        expected.iter().map(|(step, state, output)| (*step, state, output.map(OutputId))).collect();
    assert_eq!(stands, expected);
    let fresh = |task: &Task| task.failures == 0 && task.wanted.is_none() && task.revision == 1;
    assert!(tasks.iter().all(fresh), "{tasks:?}");
    assert_eq!(tasks[0].fingerprint, Some(old_fingerprint("roast", "beans")));
    assert_eq!((tasks[0].updated_at, tasks[3].updated_at), (at(ENDED), at(STARTED)));
}

#[tokio::test]
async fn attempts_keep_their_numbers_and_what_was_open_is_lost() {
    let directory = old();
    let store = Store::create(directory.path()).unwrap();
    assert_eq!(count(directory.path(), "attempt"), 8);
    assert!(store.ledger.open_attempts().await.unwrap().is_empty());
    assert_eq!(reap(&store, crate::attempts::now()).await, []);
    for (step, number) in [("grind", 6), ("brew", 7)] {
        let lost = newest_attempt(&store, &key(step)).await;
        assert_eq!((lost.id.0, lost.outcome), (number, AttemptOutcome::Failed(FailureCategory::Lost)));
        assert_eq!((lost.started_at, lost.ended_at), (at(STARTED), Some(at(STARTED))));
    }
    let refused = newest_attempt(&store, &key("publish")).await;
    assert_eq!((refused.id.0, refused.message.as_deref()), (3, Some("refused")));
    assert_eq!(refused.outcome, AttemptOutcome::Failed(FailureCategory::BlockedByGuard));
    assert_eq!((refused.number, refused.worker.as_str()), (1, "before leases"));
    let empty = newest_attempt(&store, &key("empty")).await;
    assert_eq!((empty.outcome, empty.ended_at), (AttemptOutcome::Nothing, Some(at(ENDED))));
    assert_eq!(claim(&store, &key("grind")).await.attempt.0, 9, "no number comes twice");
}

#[tokio::test]
async fn rows_are_still_those_of_their_attempts() {
    let directory = old();
    let store = Store::create(directory.path()).unwrap();
    let connection = beside(directory.path());
    assert_eq!(dangling(&connection), 0);
    for (table, rows) in [("published_document", 3), ("attempt_input", 2), ("raw_payload", 1), ("reject", 1)] {
        assert_eq!(count(directory.path(), table), rows, "{table}");
    }
    for (output, body) in [(1, "roast"), (2, "published"), (5, "ground")] {
        match store.views.rows(Step::Publish, OutputId(output)).await.unwrap() {
            Rows::Documents(documents) => assert_eq!(documents[0].body, body.as_bytes()),
            other => panic!("these are {}", other.kind()),
        }
    }
    assert_eq!(store.views.claim_world("another").await.unwrap(), "the league");
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    for refused in [
        "INSERT INTO attempt_input VALUES (1, 'roast', 4711)",
        "INSERT INTO reject VALUES (4711, 'malformed', 1, 'row 1')",
        "UPDATE task SET output_id = 4711 WHERE step = 'roast'",
        "UPDATE attempt SET task_id = 4711 WHERE attempt_id = 1",
        "DELETE FROM published_document",
    ] {
        assert!(connection.execute(refused, []).is_err(), "{refused}");
    }
}

#[tokio::test]
async fn what_was_done_is_not_done_again_and_the_rest_goes_on() {
    let directory = old();
    let store = Store::create(directory.path()).unwrap();
    let toys = ["roast", "burnt", "grind", "brew"].map(|step| (step, Toy::Repeats("1")));
    let plan = [
        ready("roast", &[], "beans"),
        ready("burnt", &[], "x"),
        ready("grind", &["roast"], "mill"),
        ready("brew", &["grind"], "water"),
    ];
    let told = outcomes_by_clock(&store, &toys, &plan).await;
    // Nobody wrote down with which inputs the old program had failed, so they are tried once.
    assert_eq!(told, ["roast Unchanged done", "burnt Ran done", "grind Ran done", "brew Ran done"]);
    settle(&store, "publish", "monday", page("again")).await;
    assert_eq!(task(&store, &key("publish")).await.state, TaskState::Done);
    assert_eq!(dangling(&beside(directory.path())), 0);
}

#[tokio::test]
async fn it_is_migrated_once() {
    let directory = old();
    let error = Store::open(directory.path()).map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::TooOld { found: 1, .. }), "{error:?}");
    assert_eq!(migrations(directory.path()), 1, "who only reads changes nothing");
    let store = Store::create(directory.path()).unwrap();
    let lease = claim(&store, &key("roast")).await;
    let schema = |directory: &Path| -> i64 {
        beside(directory).query_row("PRAGMA schema_version", [], |row| row.get(0)).unwrap()
    };
    let before = schema(directory.path());
    let other = Store::create(directory.path()).unwrap();
    assert_eq!(schema(directory.path()), before);
    assert_eq!(task(&other, &key("roast")).await.state, TaskState::Running, "and what runs since goes on");
    assert!(store.ledger.settle(done(&lease, page("1")), at(ENDED)).await.is_ok());
}

#[tokio::test]
async fn a_database_that_cannot_be_migrated_is_left_as_it_was() {
    let directory = old();
    let connection = beside(directory.path());
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute("INSERT INTO reject VALUES (4711, 'malformed', 1, 'row 1')", []).unwrap();
    let error = Store::create(directory.path()).map(|_| ()).unwrap_err();
    assert!(chain(&error).contains("after the migrations 1 rows refer to nothing"), "{}", chain(&error));
    assert_eq!(migrations(directory.path()), 1);
    let running = "SELECT count(*) FROM task WHERE state = 'running' AND until IS NULL";
    assert_eq!(connection.query_row(running, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
    connection.execute("DELETE FROM reject WHERE attempt_id = 4711", []).unwrap();
    assert!(Store::create(directory.path()).is_ok());
}
