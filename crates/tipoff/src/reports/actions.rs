//! What was done by hand, or would be.

use runtime::AuditEntry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::app::{Action, Effect};

/// What an action did, or would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectReport {
    pub(crate) schema_version: u32,
    pub(crate) action: &'static str,
    pub(crate) subject: String,
    pub(crate) dry_run: bool,
    pub(crate) effect: Vec<String>,
}

/// What was done by hand, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditReport {
    pub(crate) schema_version: u32,
    pub(crate) entries: Vec<AuditEntryReport>,
}

/// What somebody did, and what came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntryReport {
    pub(crate) at: String,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) outcome: &'static str,
    pub(crate) detail: String,
}

impl From<AuditEntry> for AuditEntryReport {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { at, actor, action, subject, outcome, detail } = entry;
        Self { at: at.to_string(), actor, action, subject, outcome: outcome.code(), detail }
    }
}

/// Whether an action is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is only looked at.
    DryRun,
    /// It is done.
    Act,
}

impl EffectReport {
    /// Does an action, or looks at what it would do.
    pub(crate) async fn of(app: &App, action: &Action, mode: Mode, actor: &str) -> anyhow::Result<Self> {
        let Effect { lines } = match mode {
            Mode::DryRun => app.foresee(action).await?,
            Mode::Act => app.act(action, actor).await?,
        };
        let dry_run = mode == Mode::DryRun;
        Ok(Self { schema_version: 1, action: action.name(), subject: action.subject(), dry_run, effect: lines })
    }
}

impl AuditReport {
    /// The newest entries.
    pub(crate) async fn of(app: &App, at_most: usize) -> anyhow::Result<Self> {
        let entries = app.store.oversight.newest_audits(at_most).await?;
        Ok(Self { schema_version: 1, entries: entries.into_iter().map(AuditEntryReport::from).collect() })
    }
}
