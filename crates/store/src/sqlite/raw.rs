//! Raw payloads, read back byte for byte.

use std::collections::BTreeMap;

use async_trait::async_trait;
use pipeline::ports::{LandedPayload, RawStore, StoreError};
use pipeline::{Partition, PayloadHash, RawPayload};
use rusqlite::{Connection, named_params};

use super::Sqlite;
use super::statements::{instant, sql};
use crate::error::Fault;
use crate::rows::Corrupt;

#[async_trait]
impl RawStore for Sqlite {
    async fn payload(&self, hash: PayloadHash) -> Result<Option<RawPayload>, StoreError> {
        Ok(self.read(move |connection| payload(connection, hash)).await?)
    }

    async fn landed(&self) -> Result<Vec<LandedPayload>, StoreError> {
        let landed = self.read(|connection| {
            let mut statement = connection.prepare_cached(sql::landed_payloads)?;
            let mut rows = statement.query([])?;
            let mut landed = Vec::new();
            while let Some(row) = rows.next()? {
                landed.push(LandedPayload {
                    hash: PayloadHash::from_bytes(row.get(0)?),
                    source: row.get(1)?,
                    subject: row.get(2)?,
                    fetched_at: instant(row.get(3)?)?,
                });
            }
            Ok(landed)
        });
        Ok(landed.await?)
    }

    async fn parsed(&self) -> Result<BTreeMap<Partition, u64>, StoreError> {
        let parsed = self.read(|connection| {
            let mut statement = connection.prepare_cached(sql::parsed_payloads)?;
            let mut rows = statement.query([])?;
            let mut parsed = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let partition: String = row.get(0)?;
                let partition = partition.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()))?;
                parsed.insert(partition, row.get::<_, i64>(1)?.unsigned_abs());
            }
            Ok(parsed)
        });
        Ok(parsed.await?)
    }
}

fn payload(connection: &Connection, hash: PayloadHash) -> Result<Option<RawPayload>, Fault> {
    let mut statement = connection.prepare_cached(sql::payload)?;
    let mut rows = statement.query(named_params! { ":hash": hash.bytes() })?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let stored: Vec<u8> = row.get(5)?;
    let size: i64 = row.get(4)?;
    let body = match row.get_ref(3)?.as_str().unwrap_or_default() {
        "zstd" => zstd::bulk::decompress(&stored, usize::try_from(size).unwrap_or(0))?,
        _ => stored,
    };
    let payload =
        RawPayload { source: row.get(0)?, subject: row.get(1)?, fetched_at: instant(row.get(2)?)?, body: body.into() };
    if payload.hash() != hash {
        return Err(Fault::Corrupt(Corrupt(format!("payload {hash} does not have its hash"))));
    }
    Ok(Some(payload))
}
