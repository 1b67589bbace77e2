//! The store: the pipeline's and the runtime's ports, and what people ask, on an embedded database or on a server.
//!
//! [`Store`] is the only place where a backend is chosen. Statements live in `sql/`, one a file; rows in `rows` and what
//! settling decides in `settling`, which no dialect owns; everything SQLite knows in `sqlite`, Postgres in `postgres`.

mod error;
mod opening;
#[cfg(test)]
mod parity;
mod postgres;
mod rows;
#[cfg(test)]
#[path = "../tests/postgres/server.rs"]
mod server;
mod settling;
mod sqlite;
mod statements;
mod views;

use std::path::Path;
use std::sync::Arc;

use pipeline::Rows;
use pipeline::ports::{AnswerStore, FactStore, OutputStore, ProviderStore, RawStore};
use runtime::alerts::AlertStore;
use runtime::{History, Ledger, Life, Liveness, Oversight, ScheduleStore, WorkerId};

pub use opening::{OpenError, Place};
pub use views::{
    Arrival, AttemptReport, ChainLink, Completion, Explanation, GameSource, PayloadSource, UnresolvedName, Views,
};

/// An open store, as its ports.
#[derive(Clone)]
pub struct Store {
    /// Tasks and attempts.
    pub ledger: Arc<dyn Ledger<Rows = Rows>>,
    /// Raw payloads.
    pub raw: Arc<dyn RawStore>,
    /// Facts.
    pub facts: Arc<dyn FactStore>,
    /// Outputs.
    pub outputs: Arc<dyn OutputStore>,
    /// What systems outside this program answered.
    pub answers: Arc<dyn AnswerStore>,
    /// How live providers were asked.
    pub providers: Arc<dyn ProviderStore>,
    /// What people ask.
    pub views: Arc<dyn Views>,
    /// Run history.
    pub history: Arc<dyn History>,
    /// Ticks of schedules, and who leads.
    pub schedules: Arc<dyn ScheduleStore>,
    /// Alerts, and what was told of them.
    pub alerts: Arc<dyn AlertStore>,
    /// What people do by hand, and their keys.
    pub oversight: Arc<dyn Oversight>,
    /// The name under which this process works here.
    pub worker: WorkerId,
    /// What can be told of the processes that work here.
    pub liveness: Arc<dyn Liveness>,
}

impl Store {
    /// Opens the store in a directory for work, creating both if need be. Several processes may work in it.
    ///
    /// # Errors
    /// When it is newer than this program, or when it cannot be opened.
    pub fn create(directory: &Path) -> Result<Self, OpenError> {
        let sqlite = sqlite::Sqlite::create(directory)?;
        let (worker, liveness) = (sqlite.worker(), sqlite.liveness().unwrap_or_else(|| Arc::new(NothingKnown)));
        Ok(Self::of(sqlite, worker, liveness))
    }

    /// Opens the store in a directory for reading; others may write meanwhile.
    ///
    /// # Errors
    /// When there is none, when it is newer than this program, or when it cannot be opened.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        let sqlite = sqlite::Sqlite::open(directory)?;
        let worker = sqlite.worker();
        Ok(Self::of(sqlite, worker, Arc::new(NothingKnown)))
    }

    /// Opens the store that a URL names for work: `postgres://user@host/database`, with
    /// `?options=-c%20search_path%3Dname` in a schema of its own. Makes what is not there. Many processes may work in it,
    /// on as many machines; which of them live, their leases tell.
    ///
    /// # Errors
    /// When it is newer than this program, or when it cannot be opened.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        let postgres = postgres::Postgres::create(url).await?;
        let worker = postgres.worker();
        Ok(Self::of(postgres, worker, Arc::new(NothingKnown)))
    }

    /// Opens the store that a URL names for reading; others may write meanwhile.
    ///
    /// # Errors
    /// When there is none, when it is newer than this program, or when it cannot be opened.
    pub async fn look(url: &str) -> Result<Self, OpenError> {
        let postgres = postgres::Postgres::open(url).await?;
        let worker = postgres.worker();
        Ok(Self::of(postgres, worker, Arc::new(NothingKnown)))
    }

    fn of<B>(backend: B, worker: WorkerId, liveness: Arc<dyn Liveness>) -> Self
    where
        B: Ledger<Rows = Rows>
            + RawStore
            + FactStore
            + OutputStore
            + AnswerStore
            + ProviderStore
            + History
            + ScheduleStore
            + AlertStore
            + Oversight
            + Views
            + 'static,
    {
        let backend = Arc::new(backend);
        Self {
            worker,
            liveness,
            ledger: backend.clone(),
            raw: backend.clone(),
            facts: backend.clone(),
            outputs: backend.clone(),
            answers: backend.clone(),
            providers: backend.clone(),
            history: backend.clone(),
            schedules: backend.clone(),
            alerts: backend.clone(),
            oversight: backend.clone(),
            views: backend,
        }
    }
}

/// Tells nothing of other processes: their leases decide.
struct NothingKnown;

impl Liveness for NothingKnown {
    fn of(&self, _: &WorkerId) -> Life {
        Life::Unknown
    }
}
