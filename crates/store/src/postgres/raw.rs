//! Raw payloads, read back byte for byte.

use std::collections::BTreeMap;

use async_trait::async_trait;
use pipeline::ports::{LandedPayload, RawStore, StoreError};
use pipeline::{Partition, PayloadHash, RawPayload};

use super::Postgres;
use super::statements::{select_rows, sql};
use crate::rows::answers::{landed_payload, parsed_payload, raw_payload};

#[async_trait]
impl RawStore for Postgres {
    async fn payload(&self, hash: PayloadHash) -> Result<Option<RawPayload>, StoreError> {
        let client = self.client().await?;
        let name: &[u8] = hash.bytes();
        Ok(select_rows(&client, sql::payload, &[&name], |row| raw_payload(row, hash)).await?.pop())
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
