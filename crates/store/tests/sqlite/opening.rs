//! Opening a store: what is made, what is refused, and that what is refused is left as it was.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pipeline::{FACT_TABLES, Step};
use runtime::{Life, Task, TaskKey};
use rusqlite::Connection;
use store::{OpenError, Store};

use crate::attempts::{entered, page, settle, task};
use crate::files::{beside, chain, count, fresh};

/// The error of something that must not open.
fn refusal(outcome: Result<Store, OpenError>) -> OpenError {
    match outcome {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

fn tables(connection: &Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn migrations(directory: &Path) -> Vec<u32> {
    let connection = beside(directory);
    let mut statement = connection.prepare("SELECT number FROM schema_migration ORDER BY number").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The numbers of the migrations that come with the program: one file each.
fn shipped() -> Vec<u32> {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap();
    (1..=u32::try_from(files.count()).unwrap()).collect()
}

#[test]
fn a_new_directory_gets_a_table_for_everything_a_step_writes() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("größere/Daten");
    drop(Store::create(&directory).unwrap());
    let found = tables(&beside(&directory));
    for table in Step::all().flat_map(|step| step.spec().writes).chain(FACT_TABLES) {
        assert!(found.iter().any(|name| name == table), "{table} is missing");
    }
    assert_eq!(migrations(&directory), shipped());
}

/// A tree of whole rows is searched by reading whole rows: with half a megabyte in each, minutes for one of a season.
#[test]
fn what_holds_a_body_is_found_without_reading_others() {
    let (directory, _store) = fresh();
    let connection = beside(directory.path());
    let whole_rows = "SELECT list.name FROM pragma_table_list AS list, pragma_table_info(list.name) AS field
                      WHERE list.wr AND field.name = 'body'";
    let mut statement = connection.prepare(whole_rows).unwrap();
    let found: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let (directory, store) = fresh();
    settle(&store, "publish", "edition", page("1")).await;
    drop(store);
    let before = tables(&beside(directory.path()));
    let store = Store::create(directory.path()).unwrap();
    assert_eq!(tables(&beside(directory.path())), before);
    assert_eq!(migrations(directory.path()), shipped());
    assert!(task(&store, &TaskKey::new("publish", "edition")).await.output.is_some());
}

/// The lock files of those who work in a directory.
fn workers(directory: &Path) -> usize {
    fs::read_dir(directory.join("workers")).unwrap().count()
}

#[tokio::test]
async fn several_work_and_others_read_meanwhile() {
    let (directory, store) = fresh();
    let second = Store::create(directory.path()).unwrap();
    let reader = Store::open(directory.path()).unwrap();
    assert_ne!(store.worker, second.worker);
    assert_eq!(workers(directory.path()), 2, "a reader is no worker");
    settle(&store, "publish", "edition", page("1")).await;
    let key = TaskKey::new("publish", "edition");
    let first = task(&reader, &key).await;
    assert_eq!(task(&second, &key).await, first);
    let mended = settle(&second, "publish", "edition", page("2")).await;
    assert!(mended.output > first.output);
    assert_eq!(task(&store, &key).await.output, mended.output);
    assert_eq!(task(&reader, &key).await.output, mended.output);
}

#[test]
fn a_part_of_the_store_keeps_its_worker_here() {
    let (directory, store) = fresh();
    let (worker, ledger) = (store.worker.clone(), store.ledger.clone());
    let other = Store::create(directory.path()).unwrap();
    drop(store);
    assert_eq!(other.liveness.of(&worker), Life::Unknown);
    drop(ledger);
    assert_eq!(other.liveness.of(&worker), Life::Gone);
    assert_eq!(other.liveness.of(&other.worker), Life::Unknown, "one never thinks oneself dead");
    assert_eq!(workers(directory.path()), 1, "who leaves in order leaves nothing behind");
}

#[test]
fn many_that_open_a_new_directory_at_once_make_one_store() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let stores: Vec<Store> = std::thread::scope(|scope| {
        let opening: Vec<_> = (0..8).map(|_| scope.spawn(|| Store::create(path).unwrap())).collect();
        opening.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let names: BTreeSet<&str> = stores.iter().map(|store| store.worker.as_str()).collect();
    assert_eq!((names.len(), workers(path)), (8, 8));
    assert_eq!(migrations(path), shipped());
}

#[test]
fn a_store_from_the_future_is_refused() {
    let (directory, store) = fresh();
    drop(store);
    let future = "INSERT INTO schema_migration (number, name, checksum) VALUES (700, 'future', 'x')";
    beside(directory.path()).execute(future, []).unwrap();
    for error in [refusal(Store::create(directory.path())), refusal(Store::open(directory.path()))] {
        assert!(matches!(error, OpenError::TooNew { found: 700, .. }), "{error:?}");
        assert!(error.to_string().contains("has schema 700; this tipoff knows "), "{error}");
    }
    assert_eq!(migrations(directory.path()).last(), Some(&700));
    beside(directory.path()).execute("DELETE FROM schema_migration WHERE number = 700", []).unwrap();
    assert_eq!(workers(directory.path()), 0, "who was refused does not work here");
    assert!(Store::create(directory.path()).is_ok());
}

#[test]
fn a_store_with_another_first_schema_is_refused() {
    let (directory, store) = fresh();
    drop(store);
    beside(directory.path()).execute("UPDATE schema_migration SET checksum = 'x'", []).unwrap();
    let error = refusal(Store::create(directory.path()));
    assert!(chain(&error).contains("migration 1 (initial) is not the one that was applied"), "{}", chain(&error));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tipoff.db");
    let text = "Dear diary, tonight the Nuggets won. ".repeat(100);
    fs::write(&file, &text).unwrap();
    for error in [refusal(Store::create(directory.path())), refusal(Store::open(directory.path()))] {
        assert!(matches!(error, OpenError::Failed { .. }), "{error:?}");
        let told = chain(&error);
        assert!(told.contains(&directory.path().display().to_string()), "{told}");
        assert!(told.contains("file is not a database"), "{told}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn reading_where_there_is_no_store_makes_none() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("data");
    for place in [directory.path(), &missing] {
        let error = refusal(Store::open(place));
        assert!(matches!(&error, OpenError::NotThere(found) if *found == place.into()), "{error:?}");
        assert!(error.to_string().starts_with("there is no store in "), "{error}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_that_is_a_file_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("data");
    fs::write(&file, "mine").unwrap();
    let error = refusal(Store::create(&file));
    assert!(chain(&error).contains(&file.display().to_string()), "{}", chain(&error));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[tokio::test]
async fn a_store_bears_the_first_mark_it_was_given() {
    let (directory, store) = fresh();
    assert_eq!(store.views.claim_world("the league").await.unwrap(), "the league");
    assert_eq!(store.views.claim_world("the league").await.unwrap(), "the league");
    assert_eq!(store.views.claim_world("a simulated league, seed 7").await.unwrap(), "the league");
    drop(store);
    let store = Store::create(directory.path()).unwrap();
    assert_eq!(store.views.claim_world("a simulated league, seed 7").await.unwrap(), "the league");
    assert_eq!(count(directory.path(), "store_identity"), 1);
}

#[tokio::test]
async fn what_was_given_to_the_writer_is_done_before_it_closes() {
    let (directory, store) = fresh();
    let tasks: Vec<Task> =
        (0..5_000).map(|number| entered(&TaskKey::new("publish", format!("edition {number}")))).collect();
    // Handed over and not waited for: whoever asked has gone away.
    tokio::select! {
        biased;
        _ = store.ledger.put(&tasks) => {}
        () = std::future::ready(()) => {}
    }
    drop(store);
    assert_eq!(count(directory.path(), "task"), 5_000);
    assert!(!directory.path().join("tipoff.db-wal").exists(), "nothing is left in the journal");
}
