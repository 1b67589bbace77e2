//! Raw payloads, read back byte for byte.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use pipeline::ports::{LandedPayload, RawStore, StoreError};
use pipeline::{Partition, PayloadHash, RawPayload};
use rusqlite::named_params;

use super::Sqlite;
use super::statements::{select_rows, sql};
use crate::rows::answers::{landed_payload, parsed_payload, raw_payload, text_if_any};

#[async_trait]
impl RawStore for Sqlite {
    async fn payload(
        &self,
        hash: PayloadHash,
        source: &str,
        again: Option<Timestamp>,
    ) -> Result<Option<RawPayload>, StoreError> {
        let (source, again) = (source.to_owned(), again.map(Timestamp::as_microsecond));
        let found = self.read(move |connection| {
            let named = named_params! { ":hash": hash.bytes(), ":source": source, ":again": again };
            select_rows(connection, sql::payload, named, |row| raw_payload(row, hash))
        });
        Ok(found.await?.pop())
    }

    async fn etag(&self, source: &str, subject: &str) -> Result<Option<String>, StoreError> {
        let (source, subject) = (source.to_owned(), subject.to_owned());
        let found = self.read(move |connection| {
            let named = named_params! { ":source": source, ":subject": subject };
            select_rows(connection, sql::newest_etag, named, text_if_any)
        });
        Ok(found.await?.pop().flatten())
    }

    async fn landed(&self) -> Result<Vec<LandedPayload>, StoreError> {
        Ok(self.read(|connection| select_rows(connection, sql::landed_payloads, [], landed_payload)).await?)
    }

    async fn parsed(&self) -> Result<BTreeMap<Partition, u64>, StoreError> {
        let parsed = self.read(|connection| select_rows(connection, sql::parsed_payloads, [], parsed_payload));
        Ok(parsed.await?.into_iter().collect())
    }
}
