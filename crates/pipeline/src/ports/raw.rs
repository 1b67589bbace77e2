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
    /// Whether the same bytes had landed before.
    pub turn: Turn,
}

/// Whether bytes of a source landed for the first time, or again after others did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// For the first time.
    First,
    /// Again: what they say is news once more.
    Again,
}

impl LandedPayload {
    /// What parsing it by a version of its parser is about.
    pub fn partition(&self, parser: u32) -> Partition {
        let again = (self.turn == Turn::Again).then_some(self.fetched_at);
        Partition::Payload { source: self.source.clone(), parser, hash: self.hash, again }
    }
}

/// Raw payloads.
#[async_trait]
pub trait RawStore: Send + Sync {
    /// A payload as a source landed it: for the first time, or again at an instant.
    async fn payload(
        &self,
        hash: PayloadHash,
        source: &str,
        again: Option<Timestamp>,
    ) -> Result<Option<RawPayload>, StoreError>;

    /// The provider's own name for what landed last of a subject.
    async fn etag(&self, source: &str, subject: &str) -> Result<Option<String>, StoreError>;

    /// Every landing without its bytes, in order.
    async fn landed(&self) -> Result<Vec<LandedPayload>, StoreError>;

    /// The partition of every payload that was parsed, with the rows rejected because nobody knew the player or the
    /// game; of every one that this version of its parser cannot read, because the same bytes will not become readable;
    /// and of every one that somebody dropped.
    async fn parsed(&self) -> Result<BTreeMap<Partition, u64>, StoreError>;
}
