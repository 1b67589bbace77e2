//! The embedded store: a writer thread that owns the only writing connection of its process, and a few reading ones.

mod alerts;
mod answers;
mod claim;
mod facts;
mod history;
mod ledger;
mod migrations;
mod operations;
mod outputs;
mod oversight;
mod presence;
mod providers;
mod raw;
pub(crate) mod settle;
mod statements;
mod views;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use runtime::{Liveness, WorkerId};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::Notify;

use crate::error::Fault;
use crate::opening::OpenError;
#[cfg(test)]
pub(crate) use migrations::MIGRATIONS;
use presence::Presence;

/// File name inside a data directory.
const DATABASE: &str = "tipoff.db";

/// A store on SQLite.
pub(crate) struct Sqlite {
    writer: Option<mpsc::Sender<writer::Job>>,
    thread: Option<JoinHandle<()>>,
    readers: Arc<Readers>,
    /// This process, where it works here.
    presence: Option<Presence>,
    /// Rings when this process wrote to the ledger.
    bell: Notify,
}

/// How often this process looks whether another wrote.
const LOOK_AT_OTHERS: Duration = Duration::from_millis(500);

struct Readers {
    path: PathBuf,
    access: Access,
    idle: Mutex<Vec<Connection>>,
    /// The one that notices what others commit.
    lookout: Mutex<Option<Connection>>,
}

impl Sqlite {
    /// Opens the store in a directory for work, creating both if need be. Several processes may.
    pub(crate) fn create(directory: &Path) -> Result<Self, OpenError> {
        let failed = |cause: Fault| OpenError::failed(directory.into(), cause);
        std::fs::create_dir_all(directory).map_err(|error| failed(error.into()))?;
        let presence = Presence::enter(directory).map_err(|error| failed(error.into()))?;
        let path = directory.join(DATABASE);
        let mut connection = connect(&path, Access::Write).map_err(failed)?;
        migrations::apply(&mut connection, &directory.into())?;
        let (writer, jobs) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer::serve(&mut connection, &jobs))
            .map_err(|error| failed(error.into()))?;
        let readers =
            Arc::new(Readers { path, access: Access::Read, idle: Mutex::default(), lookout: Mutex::default() });
        Ok(Self { writer: Some(writer), thread: Some(thread), readers, presence: Some(presence), bell: Notify::new() })
    }

    /// Opens the store in a directory for reading.
    pub(crate) fn open(directory: &Path) -> Result<Self, OpenError> {
        let path = directory.join(DATABASE);
        if !path.exists() {
            return Err(OpenError::NotThere(directory.into()));
        }
        let readers =
            Arc::new(Readers { path, access: Access::Look, idle: Mutex::default(), lookout: Mutex::default() });
        migrations::check(&readers, &directory.into())?;
        Ok(Self { writer: None, thread: None, readers, presence: None, bell: Notify::new() })
    }

    /// This process at work, where it is open for that.
    pub(crate) fn worker(&self) -> WorkerId {
        self.presence.as_ref().map_or_else(|| WorkerId::new("nobody"), |presence| presence.worker().clone())
    }

    /// What can be told of the processes that work here.
    pub(crate) fn liveness(&self) -> Option<Arc<dyn Liveness>> {
        self.presence.as_ref().map(|presence| Arc::new(presence.others()) as Arc<dyn Liveness>)
    }

    /// Tells those who wait that the ledger was written to.
    fn ring(&self) {
        self.bell.notify_waiters();
    }

    /// Returns when the ledger was written to: at once by this process, within half a second by another.
    async fn rung(&self) {
        let seen = self.data_version().await;
        loop {
            tokio::select! {
                () = self.bell.notified() => return,
                () = tokio::time::sleep(LOOK_AT_OTHERS) => {}
            }
            if self.data_version().await != seen {
                return;
            }
        }
    }

    /// Changes whenever anybody else commits. Each connection counts for itself, so one is kept for it.
    async fn data_version(&self) -> Option<i64> {
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || readers.data_version().ok()).await.ok().flatten()
    }

    /// Runs `work` on the writer thread, durable when this returns. It may share its commit with others, but not its
    /// fate: work that fails is undone alone.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (job, answer) = writer::job(work);
        self.writer.as_ref().ok_or(Fault::Stopped)?.send(job).map_err(|_| Fault::Stopped)?;
        answer.await.map_err(|_| Fault::Stopped)?
    }

    /// Runs `work` on a reading connection, where it may block.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || readers.with(work)).await.map_err(|_| Fault::Stopped)?
    }
}

impl Drop for Sqlite {
    /// Lets the writer finish what it has been given, so that no commit is cut off by an orderly exit.
    fn drop(&mut self) {
        drop(self.writer.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Readers {
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let idle = self.idle.lock().expect("no panic while it is held").pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path, self.access)?,
        };
        let outcome = work(&connection);
        self.idle.lock().expect("no panic while it is held").push(connection);
        outcome
    }

    fn data_version(&self) -> Result<i64, Fault> {
        let mut lookout = self.lookout.lock().expect("no panic while it is held");
        let connection = match lookout.take() {
            Some(connection) => connection,
            None => connect(&self.path, self.access)?,
        };
        Ok(lookout.insert(connection).pragma_query_value(None, "data_version", |row| row.get(0))?)
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// The one that writes.
    Write,
    /// Reading beside the writer of the same process. Opened as the writer is, so that whoever closes last can fold
    /// SQLite's log into the file.
    Read,
    /// Looking, without any right to write.
    Look,
}

fn connect(path: &Path, access: Access) -> Result<Connection, Fault> {
    let connection = match access {
        Access::Write | Access::Read => Connection::open(path)?,
        Access::Look => open_to_look(path)?,
    };
    // Another process may be writing a whole archive.
    connection.busy_timeout(Duration::from_secs(60))?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "mmap_size", 1_i64 << 30)?;
    match access {
        Access::Write => {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
        }
        Access::Read | Access::Look => connection.pragma_update(None, "query_only", true)?,
    }
    Ok(connection)
}

/// Opens a database that others may write to; or, where we may not even write down that we read, as it lies there.
fn open_to_look(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    let looked = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    match looked.as_ref().map_err(rusqlite::Error::sqlite_error_code) {
        Err(Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)) => {}
        _ => return Ok(looked.map(|()| connection)?),
    }
    let name = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Ok(Connection::open_with_flags(format!("file:{name}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_on_the_disk_when_it_returns() {
        let directory = tempfile::TempDir::new().unwrap();
        let connection = connect(&directory.path().join(DATABASE), Access::Write).unwrap();
        let synchronous = connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(synchronous, 2, "FULL");
    }
}
