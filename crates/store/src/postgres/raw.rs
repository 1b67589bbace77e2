//! Raw payloads, read back byte for byte.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use pipeline::ports::{LandedPayload, RawStore, StoreError};
use pipeline::{Partition, PayloadHash, RawPayload};
use tokio_postgres::types::ToSql;

use super::Postgres;
use super::statements::{select_rows, sql};
use crate::rows::answers::{landed_payload, parsed_payload, raw_payload, text_if_any};

#[async_trait]
impl RawStore for Postgres {
    async fn payload(
        &self,
        hash: PayloadHash,
        source: &str,
        again: Option<Timestamp>,
    ) -> Result<Option<RawPayload>, StoreError> {
        let client = self.client().await?;
        let (name, again): (&[u8], _) = (hash.bytes(), again.map(Timestamp::as_microsecond));
        let values: [&(dyn ToSql + Sync); 3] = [&name, &source, &again];
        Ok(select_rows(&client, sql::payload, &values, |row| raw_payload(row, hash)).await?.pop())
    }

    async fn etag(&self, source: &str, subject: &str) -> Result<Option<String>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::newest_etag, &[&source, &subject], text_if_any).await?.pop().flatten())
    }

    async fn landed(&self) -> Result<Vec<LandedPayload>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::landed_payloads, &[], landed_payload).await?)
    }

    async fn parsed(&self) -> Result<BTreeMap<Partition, u64>, StoreError> {
        let client = self.client().await?;
        let parsed = select_rows(&client, sql::parsed_payloads, &[], parsed_payload);
        Ok(parsed.await?.into_iter().collect())
    }
}
