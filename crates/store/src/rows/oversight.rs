//! Audits and keys as rows: their columns in order, both ways, for every dialect.

use runtime::{ApiKey, AuditEntry, AuditOutcome, Role};

use super::tasks::Named;
use super::{Cells, Corrupt, Value};

/// An audit's columns.
pub(crate) fn audit(entry: &AuditEntry) -> Named<'_> {
    vec![
        (":at", Value::Integer(entry.at.as_microsecond())),
        (":actor", Value::Text(entry.actor.as_str().into())),
        (":action", Value::Text(entry.action.as_str().into())),
        (":subject", Value::Text(entry.subject.as_str().into())),
        (":outcome", Value::Text(entry.outcome.code().into())),
        (":detail", Value::Text(entry.detail.as_str().into())),
    ]
}

/// Reads an audit.
pub(crate) fn read_audit(cells: &mut Cells<'_>) -> Result<AuditEntry, Corrupt> {
    Ok(AuditEntry {
        at: cells.instant()?,
        actor: cells.text()?.into_owned(),
        action: cells.text()?.into_owned(),
        subject: cells.text()?.into_owned(),
        outcome: cells.code(AuditOutcome::from_code)?,
        detail: cells.text()?.into_owned(),
    })
}

/// A key's columns.
pub(crate) fn key(key: &ApiKey) -> Named<'_> {
    vec![
        (":name", Value::Text(key.name.as_str().into())),
        (":role", Value::Text(key.role.code().into())),
        (":digest", Value::Blob(key.digest.to_vec().into())),
        (":created_at", Value::Integer(key.created_at.as_microsecond())),
        (":revoked_at", key.revoked_at.map_or(Value::Null, |at| Value::Integer(at.as_microsecond()))),
    ]
}

/// Reads a key.
pub(crate) fn read_key(cells: &mut Cells<'_>) -> Result<ApiKey, Corrupt> {
    let (name, role) = (cells.text()?.into_owned(), cells.code(Role::from_code)?);
    let digest = cells.blob()?.as_ref().try_into().map_err(|_| Corrupt("a key's digest has 32 bytes".to_owned()))?;
    Ok(ApiKey { name, role, digest, created_at: cells.instant()?, revoked_at: cells.instant_if_any()? })
}
