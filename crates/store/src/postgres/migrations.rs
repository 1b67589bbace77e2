//! Numbered migrations: applied once, in order, all in one transaction, by one process at a time.

use deadpool_postgres::{Client, Transaction};

use crate::error::Fault;
use crate::opening::{Migration, OpenError, Place, checksum, is_missing, must_be_current, refuse_newer};

/// Every migration.
pub(crate) const MIGRATIONS: &[Migration] = &[
    (1, "initial", include_str!("../../migrations/postgres/0001_initial.sql")),
    (2, "runtime", include_str!("../../migrations/postgres/0002_runtime.sql")),
    (3, "operations", include_str!("../../migrations/postgres/0003_operations.sql")),
    (4, "alerts", include_str!("../../migrations/postgres/0004_alerts.sql")),
    (5, "history", include_str!("../../migrations/postgres/0005_history.sql")),
    (6, "oversight", include_str!("../../migrations/postgres/0006_oversight.sql")),
    (7, "lineups", include_str!("../../migrations/postgres/0007_lineups.sql")),
    (8, "external_answers", include_str!("../../migrations/postgres/0008_external_answers.sql")),
    (9, "live", include_str!("../../migrations/postgres/0009_live.sql")),
    (10, "markets", include_str!("../../migrations/postgres/0010_markets.sql")),
    (11, "attendance", include_str!("../../migrations/postgres/0011_attendance.sql")),
    (12, "aliases_and_findings", include_str!("../../migrations/postgres/0012_aliases_and_findings.sql")),
    (13, "failed_attempts", include_str!("../../migrations/postgres/0013_failed_attempts.sql")),
    (14, "quotas", include_str!("../../migrations/postgres/0014_quotas.sql")),
    (15, "documents", include_str!("../../migrations/postgres/0015_documents.sql")),
    (16, "smaller_documents", include_str!("../../migrations/postgres/0016_smaller_documents.sql")),
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";

/// Others that open the same store wait here, however long a migration takes. The lock ends with the transaction.
const ALONE: &str = "SET LOCAL statement_timeout = 0;
    SELECT pg_advisory_xact_lock(hashtextextended('tipoff migrations of ' || current_setting('search_path'), 0))";

/// Brings a store up to date.
pub(super) async fn apply(client: &mut Client, schema: &str, place: &Place) -> Result<(), OpenError> {
    let found = migrate(client, schema).await.map_err(|fault| OpenError::failed(place.clone(), fault))?;
    refuse_newer(MIGRATIONS, found, place)
}

/// Checks that a store can be read by this program.
pub(super) async fn check(client: &Client, place: &Place) -> Result<(), OpenError> {
    let newest = newest(client).await.map_err(|fault| OpenError::failed(place.clone(), fault))?;
    must_be_current(MIGRATIONS, newest.ok_or_else(|| OpenError::NotThere(place.clone()))?, place)
}

async fn newest(client: &Client) -> Result<Option<u32>, Fault> {
    let made = client.query_one("SELECT to_regclass('schema_migration') IS NOT NULL", &[]).await?;
    if made.try_get(0)? { Ok(Some(newest_applied(client).await?)) } else { Ok(None) }
}

/// Applies what is missing and returns the newest number there is.
async fn migrate(client: &mut Client, schema: &str) -> Result<u32, Fault> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(ALONE).await?;
    let exists = transaction.query_one("SELECT current_schema() IS NOT NULL", &[]).await?;
    if !exists.try_get::<_, bool>(0)? {
        transaction.batch_execute(&format!("CREATE SCHEMA \"{schema}\"")).await?;
    }
    transaction.batch_execute(LEDGER).await?;
    for migration @ (number, name, text) in MIGRATIONS {
        let number = i64::from(*number);
        if is_missing(migration, applied(&transaction, number).await?.as_deref())? {
            transaction.batch_execute(text).await?;
            let note = "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)";
            transaction.execute(note, &[&number, name, &checksum(text)]).await?;
        }
    }
    let newest = newest_applied(&transaction).await?;
    transaction.commit().await?;
    Ok(newest)
}

async fn applied(transaction: &Transaction<'_>, number: i64) -> Result<Option<String>, Fault> {
    let text = "SELECT checksum FROM schema_migration WHERE number = $1";
    Ok(transaction.query_opt(text, &[&number]).await?.map(|row| row.try_get(0)).transpose()?)
}

async fn newest_applied(client: &impl deadpool_postgres::GenericClient) -> Result<u32, Fault> {
    let row = client.query_one("SELECT coalesce(max(number), 0) FROM schema_migration", &[]).await?;
    let newest: i64 = row.try_get(0)?;
    u32::try_from(newest).map_err(|error| Fault::Refused(error.to_string()))
}
