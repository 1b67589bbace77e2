//! What was read last and changes rarely: the directory, who is like whom in it, and the revisions of facts. Whoever plans or
//! draws a page needs them.

use std::sync::{Arc, Mutex, PoisonError};

use pipeline::plan::Revisions;
use pipeline::ports::StoreError;
use pipeline::source::Directory;

use super::App;
use super::identity::Likeness;

/// What was read, and the versions of the facts that it was read at.
#[derive(Default)]
pub(super) struct Remembered {
    directory: ReadAt<Directory>,
    likeness: ReadAt<Likeness>,
    revisions: ReadAt<Revisions>,
}

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
