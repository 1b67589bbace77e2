//! The store: the pipeline's and the runtime's ports, and what people ask, on an embedded database.
//!
//! [`Store`] is the only place where a backend is chosen. Statements live in `sql/`, one a file; rows in `rows`,
//! which no dialect owns; everything SQLite knows in `sqlite`.

mod error;
mod rows;
mod sqlite;
mod views;

use std::path::Path;
use std::sync::Arc;

use pipeline::Rows;
use pipeline::ports::{FactStore, OutputStore, RawStore};
use runtime::alerts::AlertStore;
use runtime::{History, Ledger, Life, Liveness, ScheduleStore, WorkerId};

pub use sqlite::OpenError;
pub use views::{AttemptReport, ChainLink, Explanation, GameSource, PayloadSource, Views};

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
    /// What people ask.
    pub views: Arc<dyn Views>,
    /// Run history.
    pub history: Arc<dyn History>,
    /// Ticks of schedules, and who leads.
    pub schedules: Arc<dyn ScheduleStore>,
    /// Alerts, and what was told of them.
    pub alerts: Arc<dyn AlertStore>,
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
        sqlite::Sqlite::create(directory).map(Self::of)
    }

    /// Opens the store in a directory for reading; others may write meanwhile.
    ///
    /// # Errors
    /// When there is none, when it is newer than this program, or when it cannot be opened.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        sqlite::Sqlite::open(directory).map(Self::of)
    }

    fn of(sqlite: sqlite::Sqlite) -> Self {
        let sqlite = Arc::new(sqlite);
        Self {
            worker: sqlite.worker(),
            liveness: sqlite.liveness().unwrap_or_else(|| Arc::new(NothingKnown)),
            ledger: sqlite.clone(),
            raw: sqlite.clone(),
            facts: sqlite.clone(),
            outputs: sqlite.clone(),
            history: sqlite.clone(),
            schedules: sqlite.clone(),
            alerts: sqlite.clone(),
            views: sqlite,
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
