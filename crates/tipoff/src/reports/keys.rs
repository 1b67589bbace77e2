//! Keys, without what opens.

use jiff::Timestamp;
use runtime::{ApiKey, Role};
use serde::Serialize;
use utoipa::ToSchema;

/// The keys, revoked ones too.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeysReport {
    pub(crate) schema_version: u32,
    pub(crate) keys: Vec<KeyReport>,
}

/// A key, without what opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyReport {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) created_at: String,
    pub(crate) revoked_at: Option<String>,
}

impl From<ApiKey> for KeyReport {
    fn from(key: ApiKey) -> Self {
        Self {
            name: key.name,
            role: key.role.code(),
            created_at: key.created_at.to_string(),
            revoked_at: key.revoked_at.as_ref().map(Timestamp::to_string),
        }
    }
}

impl KeysReport {
    /// These keys.
    pub(crate) fn of(keys: Vec<ApiKey>) -> Self {
        Self { schema_version: 1, keys: keys.into_iter().map(KeyReport::from).collect() }
    }
}

/// A key just made: the only time it can be read.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewKeyReport {
    /// What opens.
    key: String,
    name: String,
    role: &'static str,
    schema_version: u32,
}

impl NewKeyReport {
    /// The key of a name.
    pub(crate) fn of(name: &str, role: Role, key: String) -> Self {
        Self { schema_version: 1, name: name.to_owned(), role: role.code(), key }
    }
}
