//! Audits and keys on Postgres.

use async_trait::async_trait;
use jiff::Timestamp;
use runtime::{ApiKey, AuditEntry, Moved, Oversight, OversightError};

use super::Postgres;
use super::named::{execute, of_row, params, query_each, storable};
use super::statements::sql;
use crate::rows::Cells;
use crate::rows::oversight::{audit, key, read_audit, read_key};

#[async_trait]
impl Oversight for Postgres {
    async fn audit(&self, entry: &AuditEntry) -> Result<(), OversightError> {
        let row = storable(audit(entry));
        execute(&self.client().await?, sql::add_audit, &of_row(&row)).await?;
        Ok(())
    }

    async fn newest_audits(&self, at_most: usize) -> Result<Vec<AuditEntry>, OversightError> {
        let params = params! { ":at_most": i64::try_from(at_most).unwrap_or(i64::MAX) };
        let client = self.client().await?;
        Ok(query_each(&client, sql::newest_audits, &params, |row| read_audit(&mut Cells::from(row, 0))).await?)
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, OversightError> {
        let client = self.client().await?;
        Ok(query_each(&client, sql::api_keys, &[], |row| read_key(&mut Cells::from(row, 0))).await?)
    }

    async fn add_key(&self, added: &ApiKey) -> Result<Moved, OversightError> {
        let row = storable(key(added));
        Ok(Moved::by(execute(&self.client().await?, sql::add_api_key, &of_row(&row)).await?))
    }

    async fn revoke_key(&self, name: &str, at: Timestamp) -> Result<Moved, OversightError> {
        let params = params! { ":name": name, ":revoked_at": at.as_microsecond() };
        Ok(Moved::by(execute(&self.client().await?, sql::revoke_api_key, &params).await?))
    }
}
