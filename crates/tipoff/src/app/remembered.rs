//! What was read last and changes rarely, or never: the directory, who is like whom in it, the revisions of facts, outputs.
//! Whoever plans or draws a page needs them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use pipeline::plan::Revisions;
use pipeline::ports::StoreError;
use pipeline::source::Directory;
use pipeline::{Rows, Step};
use runtime::OutputId;

use super::App;
use super::identity::Likeness;

/// What was read, and the versions of the facts that it was read at.
#[derive(Default)]
pub(super) struct Remembered {
    directory: ReadAt<Directory>,
    likeness: ReadAt<Likeness>,
    revisions: ReadAt<Revisions>,
    outputs: Mutex<VecDeque<(OutputId, Arc<Rows>)>>,
}

/// So many outputs are remembered: what the page of one slate is drawn from.
const OUTPUTS: usize = 4;

/// A value, and the version of the facts that it was read at.
struct ReadAt<T>(Mutex<Option<(u64, Arc<T>)>>);

impl<T> Default for ReadAt<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> ReadAt<T> {
    /// The value as of a version; read where another one is remembered. The version is asked for before the value is read: what
    /// comes in between is read again the next time.
    async fn get(&self, version: u64, read: impl Future<Output = Result<T, StoreError>>) -> Result<Arc<T>, StoreError> {
        if let Some((read_at, value)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && *read_at == version
        {
            return Ok(value.clone());
        }
        let value = Arc::new(read.await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, value.clone()));
        Ok(value)
    }
}

impl App {
    /// Ids, names and the schedule, newest versions.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        let version = self.store.facts.version().await?.directory;
        self.remembered.directory.get(version, self.store.facts.directory()).await
    }

    /// Who may be meant by names that nobody in the directory bears.
    pub(super) async fn likeness(&self) -> Result<Arc<Likeness>, StoreError> {
        let version = self.store.facts.version().await?.directory;
        self.remembered.likeness.get(version, async { Ok(Likeness::of(self.directory().await?.as_ref())) }).await
    }

    /// The rows of a step's output. Outputs never change.
    pub(super) async fn rows(&self, step: Step, output: OutputId) -> Result<Arc<Rows>, StoreError> {
        let outputs = || self.remembered.outputs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, rows)) = outputs().iter().find(|(read, _)| *read == output) {
            return Ok(rows.clone());
        }
        let rows = Arc::new(self.store.views.rows(step, output).await?);
        let mut outputs = outputs();
        outputs.push_front((output, rows.clone()));
        outputs.truncate(OUTPUTS);
        Ok(rows)
    }

    /// How often facts were added to.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn revisions(&self) -> Result<Arc<Revisions>, StoreError> {
        let version = self.store.facts.version().await?.all;
        let read = async { Ok(self.store.facts.revisions().await?.into_iter().collect()) };
        self.remembered.revisions.get(version, read).await
    }
}
