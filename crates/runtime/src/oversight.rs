//! Oversight: what people do by hand, who may do what, and the port to the store that keeps both.

use std::error::Error;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Moved;

/// What somebody did by hand, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: the name of a key, or of a user of the command line.
    pub actor: String,
    /// What, by the name of the action.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What came of it.
    pub outcome: AuditOutcome,
    /// The reason given, or the error; in words.
    pub detail: String,
}

/// What came of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was not allowed, or made no sense.
    Refused,
    /// It failed.
    Failed,
}

/// What the bearer of a key may do; each may do what those before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Look.
    Read,
    /// Act: force, retry, replay, halt.
    Operate,
    /// Give and take keys.
    Admin,
}

/// A key to the surfaces that listen. The key itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// What its bearer is called; no other key was ever called so.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// SHA-256 of the key.
    pub digest: [u8; 32],
    /// Since when it opens.
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

/// The store of oversight failed.
#[derive(Debug, thiserror::Error)]
#[error("the store of keys and audits failed")]
pub struct OversightError(#[source] pub Box<dyn Error + Send + Sync>);

/// Audits and keys, durably. Every method is one transaction.
#[async_trait]
pub trait Oversight: Send + Sync {
    /// Keeps what was done.
    async fn audit(&self, entry: &AuditEntry) -> Result<(), OversightError>;

    /// What was done, newest first.
    async fn newest_audits(&self, at_most: usize) -> Result<Vec<AuditEntry>, OversightError>;

    /// Every key, oldest first, revoked ones too.
    async fn keys(&self) -> Result<Vec<ApiKey>, OversightError>;

    /// Adds a key, unless its name was ever used.
    async fn add_key(&self, key: &ApiKey) -> Result<Moved, OversightError>;

    /// Takes a key's power from an instant on, unless it has none.
    async fn revoke_key(&self, name: &str, at: Timestamp) -> Result<Moved, OversightError>;
}

impl AuditOutcome {
    const ALL: [Self; 3] = [Self::Done, Self::Refused, Self::Failed];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The outcome of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Read, Self::Operate, Self::Admin];

    /// Name in tables and output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}
