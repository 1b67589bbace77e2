//! Opening a store, wherever it is: its place, its migrations, and why it may not open.

use std::fmt;
use std::path::{Path, PathBuf};

use pipeline::PayloadHash;

use crate::error::Fault;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A directory of its own.
    Directory(PathBuf),
    /// A schema of a database on a server, by a name without the password.
    Server(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => path.display().fmt(f),
            Self::Server(name) => f.write_str(name),
        }
    }
}

impl From<&Path> for Place {
    fn from(directory: &Path) -> Self {
        Self::Directory(directory.to_owned())
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no store at that place.
    #[error("there is no store in {0}")]
    NotThere(Place),
    /// It was made by a newer Tipoff.
    #[error("the store in {place} has schema {found}; this tipoff knows {known}: use a newer one")]
    TooNew {
        /// Where it is.
        place: Place,
        /// Its schema.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// It was made by an older Tipoff, and only looking at it must not change it.
    #[error(
        "the store in {place} has schema {found} and this tipoff needs {known}: any command that works, such as `tipoff run`, brings it up to date"
    )]
    TooOld {
        /// Where it is.
        place: Place,
        /// Its schema.
        found: u32,
        /// The schema needed here.
        known: u32,
    },
    /// It could not be opened.
    #[error("the store in {place} could not be opened")]
    Failed {
        /// Where it is.
        place: Place,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl OpenError {
    pub(crate) fn failed(place: Place, cause: Fault) -> Self {
        Self::Failed { place, cause: cause.into() }
    }
}

/// Number, name and text of a migration. It is applied once, and never edited afterwards.
pub(crate) type Migration = (u32, &'static str, &'static str);

/// By which a migration that was applied is recognised.
pub(crate) fn checksum(text: &str) -> String {
    PayloadHash::of(text.as_bytes()).to_string()
}

/// Whether a migration must be applied, by the checksum noted when it was.
pub(crate) fn is_missing((number, name, text): &Migration, applied: Option<&str>) -> Result<bool, Fault> {
    match applied {
        Some(before) if before != checksum(text) => {
            Err(Fault::Refused(format!("migration {number} ({name}) is not the one that was applied")))
        }
        applied => Ok(applied.is_none()),
    }
}

/// Refuses a store with migrations that nobody here knows.
pub(crate) fn refuse_newer(migrations: &[Migration], found: u32, place: &Place) -> Result<(), OpenError> {
    let known = migrations.iter().map(|(number, _, _)| *number).max().unwrap_or(0);
    if found > known {
        return Err(OpenError::TooNew { place: place.clone(), found, known });
    }
    Ok(())
}

/// Refuses a store that this program cannot read as it is.
pub(crate) fn must_be_current(migrations: &[Migration], found: u32, place: &Place) -> Result<(), OpenError> {
    refuse_newer(migrations, found, place)?;
    let known = migrations.iter().map(|(number, _, _)| *number).max().unwrap_or(0);
    if found < known {
        return Err(OpenError::TooOld { place: place.clone(), found, known });
    }
    Ok(())
}
