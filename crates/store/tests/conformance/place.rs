//! Where a scenario plays: a store of its own, in memory, in a directory or on a server, which any number may open.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use runtime::{MemoryLedger, SchedulesInMemory};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use store::Store;
use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// A store under test, which nobody has written to.
pub(crate) enum Place {
    /// Of the ports, those that the runtime keeps in memory; a scenario on the others does not play here.
    Memory { store: Box<Store>, _directory: TempDir },
    /// A file.
    Directory(TempDir),
    /// The URL of a schema.
    Server(String),
}

impl Place {
    /// A new ledger and schedules in memory.
    pub(crate) fn in_memory() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store {
            ledger: Arc::new(MemoryLedger::default()),
            schedules: Arc::new(SchedulesInMemory::default()),
            ..Store::create(directory.path()).unwrap()
        };
        Self::Memory { store: Box::new(store), _directory: directory }
    }

    /// A new directory.
    pub(crate) fn on_sqlite() -> Self {
        Self::Directory(tempfile::tempdir().unwrap())
    }

    /// A new schema, where there is a server.
    pub(crate) fn on_postgres() -> Option<Self> {
        crate::server::new_place().map(Self::Server)
    }

    /// Somebody at work here: another one every time.
    pub(crate) async fn open(&self) -> Store {
        match self {
            Self::Memory { store, .. } => Store::clone(store),
            Self::Directory(directory) => Store::create(directory.path()).unwrap(),
            Self::Server(url) => Store::connect(url).await.unwrap(),
        }
    }

    /// Somebody who only looks.
    pub(crate) async fn look(&self) -> Store {
        match self {
            Self::Memory { store, .. } => Store::clone(store),
            Self::Directory(directory) => Store::open(directory.path()).unwrap(),
            Self::Server(url) => Store::look(url).await.unwrap(),
        }
    }

    /// What the database itself says: a statement that both dialects understand, and its rows as text.
    pub(crate) async fn ask(&self, text: &str) -> Vec<Vec<Option<String>>> {
        self.try_to_ask(text).await.unwrap()
    }

    /// The same, or why the database refuses it.
    pub(crate) async fn try_to_ask(&self, text: &str) -> Result<Vec<Vec<Option<String>>>, String> {
        match self {
            Self::Memory { .. } => panic!("a scenario that asks the database does not play in memory"),
            Self::Directory(directory) => ask_file(directory.path(), text),
            Self::Server(url) => ask_server(url, text).await,
        }
    }

    /// Rows of a table.
    pub(crate) async fn count(&self, table: &str) -> u64 {
        let rows = self.ask(&format!("SELECT count(*) FROM {table}")).await;
        rows[0][0].as_deref().unwrap().parse().unwrap()
    }
}

fn ask_file(directory: &Path, text: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    let connection = Connection::open(directory.join("tipoff.db")).unwrap();
    connection.busy_timeout(Duration::from_secs(60)).unwrap();
    let mut statement = connection.prepare(text).unwrap();
    let width = statement.column_count();
    let cell = |row: &Row<'_>, column| match row.get_ref(column).unwrap() {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
        ValueRef::Blob(bytes) => Some(format!("{bytes:?}")),
    };
    let read = |row: &Row<'_>| Ok((0..width).map(|column| cell(row, column)).collect());
    let rows = statement.query_map([], read).unwrap();
    rows.map(|row| row.map_err(|error| error.to_string())).collect()
}

async fn ask_server(url: &str, text: &str) -> Result<Vec<Vec<Option<String>>>, String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let answer = client.simple_query(text).await.map_err(|error| format!("{error:?}"))?;
    let rows = answer.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(rows.map(|row| (0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect()).collect())
}
