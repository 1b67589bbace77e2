//! What the doctor found.

use std::time::Instant;

use jiff::SignedDuration;
use runtime::judge::Severity;
use serde::Serialize;
use utoipa::ToSchema;

use super::milliseconds;
use crate::App;
use crate::doctor::Check;

/// What the doctor found, and how bad the worst of it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoctorReport {
    schema_version: u32,
    /// `fine`, `info`, `warning` or `critical`.
    pub(crate) severity: &'static str,
    took_ms: f64,
    pub(crate) checks: Vec<CheckReport>,
}

/// What one look came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckReport {
    pub(crate) check: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) message: String,
    pub(crate) what_to_do: Option<String>,
}

impl DoctorReport {
    /// Looks at everything, through a store that is open for work.
    pub(crate) async fn of(app: &App) -> Self {
        let (started, store) = (Instant::now(), app.store.clone());
        Self::over(app.examine(async { Ok(store) }).await, started)
    }

    /// What these checks come to.
    pub(crate) fn over(checks: Vec<Check>, started: Instant) -> Self {
        Self {
            schema_version: 1,
            severity: worst(&checks).code(),
            took_ms: milliseconds(SignedDuration::try_from(started.elapsed()).unwrap_or_default()),
            checks: checks.into_iter().map(CheckReport::from).collect(),
        }
    }

    /// Whether somebody should come now.
    pub(crate) fn is_critical(&self) -> bool {
        self.severity == Severity::Critical.code()
    }
}

/// How bad the worst check is.
pub(crate) fn worst(checks: &[Check]) -> Severity {
    checks.iter().map(|check| check.severity).max().unwrap_or(Severity::Fine)
}

impl From<Check> for CheckReport {
    fn from(check: Check) -> Self {
        let Check { examined, severity, message, what_to_do } = check;
        Self { check: examined.code(), severity: severity.code(), message, what_to_do }
    }
}
