//! Raw payloads, read. They are written only as a step's rows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::{Partition, PayloadHash, RawPayload};

/// A landed payload without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedPayload {
    /// Its name.
    pub hash: PayloadHash,
    /// The source whose parser reads it.
    pub source: String,
    /// What had been asked for.
    pub subject: String,
    /// When it landed.
    pub fetched_at: Timestamp,
}

/// Raw payloads.
#[async_trait]
pub trait RawStore: Send + Sync {
    /// One payload.
    async fn payload(&self, hash: PayloadHash) -> Result<Option<RawPayload>, StoreError>;

    /// Every payload without its bytes, in order of landing.
    async fn landed(&self) -> Result<Vec<LandedPayload>, StoreError>;

    /// The partition of every payload that was parsed, with the rows rejected because nobody knew the player or the
    /// game; of every one that this version of its parser cannot read, because the same bytes will not become readable;
    /// and of every one that somebody dropped.
    async fn parsed(&self) -> Result<BTreeMap<Partition, u64>, StoreError>;
}
