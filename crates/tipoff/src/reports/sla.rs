//! How a slate stands against its first tip-off.

use domain::GameDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::milliseconds;
use crate::app::SlaReport;

/// How a slate stands against its first tip-off: what is missing, and when it is expected to be done.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromiseReport {
    pub(crate) schema_version: u32,
    pub(crate) date: String,
    pub(crate) edition: String,
    pub(crate) deadline: String,
    pub(crate) verdict: &'static str,
    pub(crate) expected: Option<String>,
    pub(crate) remaining: Vec<RemainingReport>,
    pub(crate) blocked: Vec<BlockedReport>,
}

/// A step still to run.
#[derive(Serialize, ToSchema)]
pub(crate) struct RemainingReport {
    pub(crate) step: String,
    pub(crate) expected_ms: f64,
}

/// A step that will not go on by itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct BlockedReport {
    pub(crate) step: String,
    pub(crate) why: String,
}

impl PromiseReport {
    pub(crate) fn of(slate: GameDate, sla: &SlaReport) -> Self {
        let remaining = sla
            .remaining
            .iter()
            .map(|rest| RemainingReport { step: rest.step.to_string(), expected_ms: milliseconds(rest.expected) });
        let blocked = sla.blocked.iter().map(|(step, why)| BlockedReport { step: step.to_string(), why: why.clone() });
        Self {
            schema_version: 1,
            date: slate.to_string(),
            edition: sla.edition.to_string(),
            deadline: GameDate::offset_text(sla.deadline),
            verdict: sla.verdict.code(),
            expected: sla.expected().map(GameDate::offset_text),
            remaining: remaining.collect(),
            blocked: blocked.collect(),
        }
    }
}

/// How a slate stands against its first tip-off, if it has any.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SlaAnswer {
    /// There are games.
    Promised(PromiseReport),
    /// There are none.
    Nothing(NothingPromised),
}

/// A day without games: nothing is promised.
#[derive(Serialize, ToSchema)]
pub(crate) struct NothingPromised {
    date: String,
    schema_version: u32,
    verdict: NoVerdict,
}

/// What tells a day without games from any other: a word of its own.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoVerdict {
    /// Nobody plays.
    NoGames,
}

impl SlaAnswer {
    /// How a slate stands.
    pub(crate) fn of(slate: GameDate, sla: Option<&SlaReport>) -> Self {
        match sla {
            Some(sla) => Self::Promised(PromiseReport::of(slate, sla)),
            None => Self::Nothing(NothingPromised {
                schema_version: 1,
                date: slate.to_string(),
                verdict: NoVerdict::NoGames,
            }),
        }
    }
}
