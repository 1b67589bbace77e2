//! The directory as it was read last: games, teams and players change rarely, and whoever plans or draws a page needs them.

use std::sync::{Arc, Mutex, PoisonError};

use pipeline::ports::StoreError;
use pipeline::source::Directory;

use super::App;

/// The directory, and the version of the facts that it was read at.
#[derive(Default)]
pub(super) struct Remembered(Mutex<Option<(u64, Arc<Directory>)>>);

impl App {
    /// Ids, names and the schedule, newest versions. Read again when facts that it is made of have been added.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        // Asked for before it is read: what comes in between is read again the next time.
        let version = self.store.facts.version().await?.directory;
        if let Some((read_at, directory)) = &*self.directory.0.lock().unwrap_or_else(PoisonError::into_inner)
            && *read_at == version
        {
            return Ok(directory.clone());
        }
        let directory = Arc::new(self.store.facts.directory().await?);
        *self.directory.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, directory.clone()));
        Ok(directory)
    }
}
