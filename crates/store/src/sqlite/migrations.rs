//! Numbered migrations: applied once, in order, each in one transaction, and never edited afterwards.

use rusqlite::{Connection, TransactionBehavior};

use super::Readers;
use crate::error::Fault;
use crate::opening::{Migration, OpenError, Place, checksum, is_missing, must_be_current, refuse_newer};

/// Every migration.
pub(crate) const MIGRATIONS: &[Migration] = &[
    (1, "initial", include_str!("../../migrations/sqlite/0001_initial.sql")),
    (2, "runtime", include_str!("../../migrations/sqlite/0002_runtime.sql")),
    (3, "operations", include_str!("../../migrations/sqlite/0003_operations.sql")),
    (4, "alerts", include_str!("../../migrations/sqlite/0004_alerts.sql")),
    (5, "history", include_str!("../../migrations/sqlite/0005_history.sql")),
    (6, "oversight", include_str!("../../migrations/sqlite/0006_oversight.sql")),
    (7, "lineups", include_str!("../../migrations/sqlite/0007_lineups.sql")),
    (8, "external_answers", include_str!("../../migrations/sqlite/0008_external_answers.sql")),
    (9, "live", include_str!("../../migrations/sqlite/0009_live.sql")),
    (10, "markets", include_str!("../../migrations/sqlite/0010_markets.sql")),
    (11, "attendance", include_str!("../../migrations/sqlite/0011_attendance.sql")),
    (12, "aliases_and_findings", include_str!("../../migrations/sqlite/0012_aliases_and_findings.sql")),
    (13, "failed_attempts", include_str!("../../migrations/sqlite/0013_failed_attempts.sql")),
    (14, "quotas", include_str!("../../migrations/sqlite/0014_quotas.sql")),
    (15, "documents", include_str!("../../migrations/sqlite/0015_documents.sql")),
    (16, "smaller_documents", include_str!("../../migrations/sqlite/0016_smaller_documents.sql")),
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";

/// Brings a database up to date.
pub(super) fn apply(connection: &mut Connection, place: &Place) -> Result<(), OpenError> {
    let failed = |cause: Fault| OpenError::failed(place.clone(), cause);
    // A table that others refer to cannot be made anew while references are enforced; they are checked at the end.
    connection.pragma_update(None, "foreign_keys", false).map_err(|error| failed(error.into()))?;
    let found = migrate(connection).map_err(failed)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(|error| failed(error.into()))?;
    refuse_newer(MIGRATIONS, found, place)
}

/// Checks that a database can be read by this program.
pub(super) fn check(readers: &Readers, place: &Place) -> Result<(), OpenError> {
    let failed = |cause: Fault| OpenError::failed(place.clone(), cause);
    let newest = readers
        .with(|connection| {
            // A process killed while it made the store leaves a database without a schema: nothing to look at yet.
            let made = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_migration')";
            if !connection.query_row(made, [], |row| row.get::<_, bool>(0))? {
                return Ok(None);
            }
            Ok(connection.query_row("SELECT max(number) FROM schema_migration", [], |row| row.get(0))?)
        })
        .map_err(failed)?;
    must_be_current(MIGRATIONS, newest.ok_or_else(|| OpenError::NotThere(place.clone()))?, place)
}

/// Applies what is missing and returns the newest number there is.
fn migrate(connection: &mut Connection) -> Result<u32, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    transaction.execute(LEDGER, [])?;
    let mut fresh = false;
    for migration @ (number, name, text) in MIGRATIONS {
        let applied: Option<String> = transaction
            .query_row("SELECT checksum FROM schema_migration WHERE number = ?1", [number], |row| row.get(0))
            .map(Some)
            .or_else(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => Ok(None),
                other => Err(other),
            })?;
        if is_missing(migration, applied.as_deref())? {
            fresh = true;
            transaction.execute_batch(text)?;
            transaction.execute(
                "INSERT INTO schema_migration (number, name, checksum) VALUES (?1, ?2, ?3)",
                rusqlite::params![number, name, checksum(text)],
            )?;
        }
    }
    if fresh {
        let dangling: i64 =
            transaction.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        if dangling > 0 {
            return Err(Fault::Refused(format!("after the migrations {dangling} rows refer to nothing")));
        }
    }
    let newest = transaction.query_row("SELECT max(number) FROM schema_migration", [], |row| row.get(0))?;
    transaction.commit()?;
    Ok(newest)
}
