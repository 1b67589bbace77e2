//! Which processes work in a data directory: each holds a lock on a file of its own, and the system lets go of it when the
//! process dies. That tells at once what a lease tells only when it runs out.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use runtime::{Life, Liveness, WorkerId};

/// Folder of the lock files inside a data directory.
const WORKERS: &str = "workers";

/// This process at work in a data directory, and what can be told of the others.
pub(super) struct Presence {
    folder: PathBuf,
    worker: WorkerId,
    /// Held for as long as this lives.
    _lock: File,
}

impl Presence {
    /// Enters a data directory under a name nobody ever bore: process numbers come again, and what a dead namesake left
    /// open must not seem ours.
    pub(super) fn enter(directory: &Path) -> io::Result<Self> {
        let folder = directory.join(WORKERS);
        fs::create_dir_all(&folder)?;
        // The standard library's only source of chance.
        let chance = RandomState::new().build_hasher().finish();
        let name = format!("worker-{}-{chance:016x}", std::process::id());
        let lock = File::create_new(folder.join(&name))?;
        lock.lock()?;
        Ok(Self { folder, worker: WorkerId::new(name), _lock: lock })
    }

    /// Its name.
    pub(super) fn worker(&self) -> &WorkerId {
        &self.worker
    }

    /// What can be told of other workers of the same data directory.
    pub(super) fn others(&self) -> Others {
        Others { folder: self.folder.clone() }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // A file that stays says no more than its lock does.
        let _ = fs::remove_file(self.folder.join(self.worker.as_str()));
    }
}

/// The workers of a data directory.
pub(super) struct Others {
    folder: PathBuf,
}

impl Liveness for Others {
    fn of(&self, worker: &WorkerId) -> Life {
        let path = self.folder.join(worker.as_str());
        let lock = match File::open(&path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Life::Gone,
            Err(_) => return Life::Unknown,
        };
        match lock.try_lock() {
            Ok(()) => Life::Gone,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Life::Unknown,
        }
    }
}
