//! Stores in directories of their own, and what lies in their files.

use std::error::Error;
use std::path::Path;

use rusqlite::Connection;
use store::Store;
use tempfile::TempDir;

/// A new store in a new directory, which lives as long as the first of the two.
pub(crate) fn fresh() -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::create(directory.path()).unwrap();
    (directory, store)
}

/// A connection of one's own beside the store's.
pub(crate) fn beside(directory: &Path) -> Connection {
    Connection::open(directory.join("tipoff.db")).unwrap()
}

/// Rows of a table, counted beside the store.
pub(crate) fn count(directory: &Path, table: &str) -> i64 {
    beside(directory).query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

/// An error with everything behind it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}
