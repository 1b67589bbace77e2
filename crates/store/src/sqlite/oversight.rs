//! Audits and keys on SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use runtime::{ApiKey, AuditEntry, Moved, Oversight, OversightError};
use rusqlite::named_params;

use super::Sqlite;
use super::ledger::{execute, select_each};
use super::statements::{read_cells, sql};
use crate::rows::oversight::{audit, key, read_audit, read_key};

#[async_trait]
impl Oversight for Sqlite {
    async fn audit(&self, entry: &AuditEntry) -> Result<(), OversightError> {
        let entry = entry.clone();
        self.write(move |connection| execute(connection, sql::add_audit, &audit(&entry))).await?;
        Ok(())
    }

    async fn newest_audits(&self, at_most: usize) -> Result<Vec<AuditEntry>, OversightError> {
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        let newest = self.read(move |connection| {
            let params = named_params! { ":at_most": at_most };
            select_each(connection, sql::newest_audits, params, |row| read_cells(row, 0, read_audit))
        });
        Ok(newest.await?)
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, OversightError> {
        let keys =
            self.read(|connection| select_each(connection, sql::api_keys, [], |row| read_cells(row, 0, read_key)));
        Ok(keys.await?)
    }

    async fn add_key(&self, added: &ApiKey) -> Result<Moved, OversightError> {
        let added = added.clone();
        let rows = self.write(move |connection| execute(connection, sql::add_api_key, &key(&added))).await?;
        Ok(Moved::by(rows as u64))
    }

    async fn revoke_key(&self, name: &str, at: Timestamp) -> Result<Moved, OversightError> {
        let name = name.to_owned();
        let revoked = self.write(move |connection| {
            let params = named_params! { ":name": name, ":revoked_at": at.as_microsecond() };
            Ok(connection.prepare_cached(sql::revoke_api_key)?.execute(params)?)
        });
        Ok(Moved::by(revoked.await? as u64))
    }
}
