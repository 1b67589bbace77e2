//! How a database's failures become the ports' errors.

use std::error::Error;

use pipeline::ports::StoreError;
use runtime::alerts::AlertStoreError;
use runtime::{LedgerError, OversightError, ScheduleStoreError};
use rusqlite::ErrorCode;

use crate::rows::Corrupt;

/// Anything that can go wrong inside the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("SQLite failed")]
    Sqlite(#[from] rusqlite::Error),
    #[error("Postgres failed")]
    Postgres(#[from] tokio_postgres::Error),
    #[error("no connection to Postgres could be had")]
    NoConnection(#[from] deadpool_postgres::PoolError),
    #[error("a stored value is damaged")]
    Corrupt(#[from] Corrupt),
    #[error("file access failed")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Refused(String),
    #[error("the commit failed: {0}")]
    NotCommitted(String),
    #[error("the writer has stopped")]
    Stopped,
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Corrupt(corrupt) => Self::Corrupt(corrupt.to_string()),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

impl From<Fault> for LedgerError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Self::Refused(Box::new(error))
            }
            Fault::Postgres(error) if breaks_a_rule(&error) => Self::Refused(Box::new(error)),
            refused @ Fault::Refused(_) => Self::Refused(Box::new(refused)),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

impl From<Fault> for ScheduleStoreError {
    fn from(fault: Fault) -> Self {
        Self(Box::new(fault))
    }
}

impl From<Fault> for OversightError {
    fn from(fault: Fault) -> Self {
        Self(Box::new(fault))
    }
}

impl From<Fault> for AlertStoreError {
    fn from(fault: Fault) -> Self {
        Self(Box::new(fault))
    }
}

/// Whether Postgres refused values: they break a constraint (class 23) or cannot be stored at all (class 22), or are of
/// another kind than their columns. Everything else may go better the next time.
fn breaks_a_rule(error: &tokio_postgres::Error) -> bool {
    let misfit = matches!(error.source(), Some(cause) if cause.is::<Corrupt>());
    misfit || error.code().is_some_and(|state| state.code().starts_with("23") || state.code().starts_with("22"))
}
