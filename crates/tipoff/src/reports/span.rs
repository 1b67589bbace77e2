//! Many slates at a glance.

use domain::GameDate;
use pipeline::Phase;
use runtime::TaskState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::SlateRow;

/// The slates with games from one date to another, and where each phase of each stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpanReport {
    pub(crate) schema_version: u32,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) complete: usize,
    pub(crate) slates: Vec<SlateReport>,
}

/// A slate: the state of each phase, and why it is not done.
#[derive(Serialize, ToSchema)]
pub(crate) struct SlateReport {
    pub(crate) date: String,
    pub(crate) games: usize,
    pub(crate) edition: Option<String>,
    pub(crate) summaries: &'static str,
    pub(crate) features: &'static str,
    pub(crate) predictions: &'static str,
    pub(crate) published: &'static str,
    pub(crate) graded: &'static str,
    pub(crate) reason: Option<String>,
}

/// What a slate's columns tell, in the order of the flow.
const COLUMNS: [Phase; 5] = [Phase::Analyse, Phase::Featurize, Phase::Predict, Phase::Publish, Phase::Grade];

impl SlateReport {
    pub(crate) fn of(row: &SlateRow) -> Self {
        let [summaries, features, predictions, published, graded] =
            COLUMNS.map(|phase| row.phases.get(&phase).map_or("missing", TaskState::code));
        let reason = row.phases.values().filter(|state| !state.is_settled()).find_map(TaskState::why);
        Self {
            date: row.slate.to_string(),
            games: row.games,
            edition: row.edition.map(|edition| edition.to_string()),
            summaries,
            features,
            predictions,
            published,
            graded,
            reason: reason.map(ToOwned::to_owned),
        }
    }
}

impl SpanReport {
    /// The slates of a span.
    pub(crate) fn of(from: GameDate, to: GameDate, rows: &[SlateRow]) -> Self {
        let complete = rows.iter().filter(|row| row.is_complete()).count();
        let slates = rows.iter().map(SlateReport::of).collect();
        Self { schema_version: 1, from: from.to_string(), to: to.to_string(), complete, slates }
    }
}
