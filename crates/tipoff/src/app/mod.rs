//! Every operator action, once: what the command line calls, and whatever else will.

mod edition;
mod grid;
mod import;
mod reconcile;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Edition;
use jiff::Timestamp;
use pipeline::ports::Fetch;
use pipeline::{Partition, Pipeline, Rows, Step};
use runtime::{Clock, Executor, Observer, SystemClock};
use store::Store;

pub use edition::EditionReport;
pub use grid::{Grid, GridCell};
pub use import::{ImportReport, TableOutcome, TableReport};

use crate::handlers;

/// A data directory, open for work.
pub struct App {
    /// The data directory.
    pub data_dir: PathBuf,
    /// Its store.
    pub store: Store,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
}

impl App {
    /// Opens a data directory for work, creating it if need be, and closes what a killed process left open.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(data_dir: &Path, observer: Arc<dyn Observer>) -> anyhow::Result<Self> {
        let store = Store::create(data_dir)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        store.ledger.close_lost(clock.now()).await?;
        Ok(Self { data_dir: data_dir.to_owned(), store, clock, observer })
    }

    /// A data directory that is only looked at.
    pub fn look(data_dir: &Path, store: Store) -> Self {
        Self { data_dir: data_dir.to_owned(), store, clock: Arc::new(SystemClock), observer: Arc::new(runtime::Silent) }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Marks whose data the store holds, and refuses to mix two worlds.
    ///
    /// # Errors
    /// When the store holds another world's data.
    pub async fn enter_world(&self, world: &str) -> anyhow::Result<()> {
        let bears = self.store.views.claim_world(world).await?;
        anyhow::ensure!(
            bears == world,
            "{} holds data of {bears:?}, and {world:?} data must not be mixed with it: use another --data-dir",
            self.data_dir.display()
        );
        Ok(())
    }

    /// What a step of an edition produced last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn output(&self, edition: Edition, step: Step) -> anyhow::Result<Option<Rows>> {
        let tasks = self.store.ledger.tasks(&[Partition::Edition(edition).to_string().into()]).await?;
        let task = tasks.into_iter().find(|task| task.key.step.as_str() == step.name());
        match task.and_then(|task| task.output) {
            Some(output) => Ok(Some(self.store.views.rows(step, output).await?)),
            None => Ok(None),
        }
    }

    fn executor(&self, fetch: Option<Arc<dyn Fetch>>) -> Executor<Rows> {
        let Store { ledger, raw, facts, outputs, views } = &self.store;
        let pipeline = Arc::new(Pipeline::new(raw.clone(), facts.clone(), outputs.clone(), fetch));
        let registry = handlers::registry(&pipeline, views);
        Executor::new(ledger.clone(), registry, self.clock.clone(), self.observer.clone())
    }
}
