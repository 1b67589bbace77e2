//! From what is known to numbers: phases 3 and 4, one function a table.
//!
//! ```text
//!  snapshot ─► team_contexts ─► player_contexts ─┬─► daily_cache ────────────┐
//!                     │                          ├─► shot_zone_analysis ─────┤
//!                     └─► defense_zone_analysis ─┴─► composite_factors ──────┴─► feature_rows
//! ```
//! The nightly steps call these one by one over stored rows; past slates go through [`feature_tables`] in memory.
//! There is no other feature code.

mod catalogue;
mod composite;
mod context;
mod form;
mod health;
mod vector;
mod zones;

pub use catalogue::{Direction, Feature, SCHEMA_VERSION};
pub use composite::{PlayerCompositeFactors, composite_factors};
pub use context::{
    SlateLines, UpcomingPlayerGameContext, UpcomingTeamGameContext, lines_known, player_contexts, team_contexts,
};
pub use form::{PlayerDailyCache, daily_cache};
pub use health::{
    FeatureHealth, FeatureProblem, FeatureSummary, FeatureVerdict, HISTORY_OF_HEALTH_DAYS, Spread, health,
};
pub use vector::{FeatureRow, FeatureVector, feature_rows};
pub use zones::{PlayerShotZoneAnalysis, TeamDefenseZoneAnalysis, defense_zone_analysis, shot_zone_analysis};

use domain::Game;

use crate::Snapshot;

/// The tables of phases 3 and 4 that a slate's questions are made from.
pub struct FeatureTables {
    /// Teams before their games.
    pub teams: Vec<UpcomingTeamGameContext>,
    /// Players before their games.
    pub players: Vec<UpcomingPlayerGameContext>,
    /// Feature vectors, in the players' order.
    pub rows: Vec<FeatureRow>,
}

/// All of phases 3 and 4 for one slate, in memory.
pub fn feature_tables(snapshot: &Snapshot<'_>, games: &[Game], lines: &SlateLines<'_>) -> FeatureTables {
    let teams = team_contexts(snapshot, games);
    let players = player_contexts(snapshot, &teams, lines);
    let caches = daily_cache(snapshot, &players, &teams);
    let shot_zones = shot_zone_analysis(snapshot, &players);
    let defenses = defense_zone_analysis(snapshot, &teams);
    let factors = composite_factors(&players, &caches, &shot_zones, &defenses);
    let rows = feature_rows(snapshot.cutoff(), &players, &caches, &shot_zones, &defenses, &factors);
    FeatureTables { teams, players, rows }
}
