//! Names that nobody could resolve.

use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::app::Unresolved;
use crate::clock_words::moment;

/// Names that nobody could resolve, the most frequent first.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnresolvedReport {
    pub(crate) schema_version: u32,
    pub(crate) names: Vec<UnresolvedNameReport>,
}

/// A name that nobody could resolve.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnresolvedNameReport {
    pub(crate) source: String,
    pub(crate) name: String,
    pub(crate) times: u64,
    pub(crate) newest_seen_at: Option<String>,
    /// Who may be meant, the likeliest first.
    pub(crate) candidates: Vec<CandidateReport>,
}

/// Somebody who may be meant.
#[derive(Serialize, ToSchema)]
pub(crate) struct CandidateReport {
    pub(crate) player_id: u32,
    pub(crate) name: String,
}

impl UnresolvedReport {
    /// As of now.
    pub(crate) async fn of(app: &App) -> anyhow::Result<Self> {
        let names = app.unresolved().await?.into_iter().map(UnresolvedNameReport::from).collect();
        Ok(Self { schema_version: 1, names })
    }
}

impl From<Unresolved> for UnresolvedNameReport {
    fn from(unresolved: Unresolved) -> Self {
        let Unresolved { source, name, times, newest_seen, candidates } = unresolved;
        let candidate =
            |(player, name): (domain::PlayerId, String)| CandidateReport { player_id: player.number(), name };
        let candidates = candidates.into_iter().map(candidate).collect();
        Self { source, name, times, newest_seen_at: newest_seen.map(moment), candidates }
    }
}
