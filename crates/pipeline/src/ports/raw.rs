//! Raw payloads, read. They are written only as a step's rows.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::{PayloadHash, RawPayload};

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
    /// Rows its parser rejected because it did not know the player or the game.
    pub unresolved: u64,
}

/// Raw payloads.
#[async_trait]
pub trait RawStore: Send + Sync {
    /// One payload.
    async fn payload(&self, hash: PayloadHash) -> Result<Option<RawPayload>, StoreError>;

    /// Every payload without its bytes, in order of landing.
    async fn landed(&self) -> Result<Vec<LandedPayload>, StoreError>;
}
