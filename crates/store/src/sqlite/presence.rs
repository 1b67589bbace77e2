//! Which processes work in a data directory: each holds a lock on a file of its own, and the system lets go of it when the
//! process dies. That tells at once what a lease tells only when it runs out.

use std::fs::{self, File, TryLockError};
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
    /// Enters a data directory under a name nobody bears.
    pub(super) fn enter(directory: &Path) -> io::Result<Self> {
        let folder = directory.join(WORKERS);
        fs::create_dir_all(&folder)?;
        let process = std::process::id();
        for number in 1.. {
            let name = format!("worker-{process}-{number}");
            match File::create_new(folder.join(&name)) {
                Ok(lock) => {
                    lock.lock()?;
                    return Ok(Self { folder, worker: WorkerId::new(name), _lock: lock });
                }
                // Another store of this process, or a file that a dead namesake left: its attempts must not seem ours.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("there are more numbers than files")
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
