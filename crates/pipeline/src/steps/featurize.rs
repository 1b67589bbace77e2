//! Phase 4: features, one step a table. The work is `predict`'s; this reads its inputs.

use domain::Edition;
use predict::features;

use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::{Rows, Step};

pub(crate) async fn run(
    pipeline: &Pipeline,
    step: Step,
    edition: Edition,
    upstream: &dyn Upstream,
) -> Result<Work, StepError> {
    let rows = match step {
        Step::PlayerDailyCache => {
            let teams = upstream_rows!(upstream, Step::UpcomingTeamGameContext, Rows::TeamContexts);
            let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
            let history = pipeline.edition_history(edition).await?;
            Rows::DailyCaches(features::daily_cache(&history.as_of(edition.cutoff), &players, &teams))
        }
        Step::PlayerShotZoneAnalysis => {
            let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
            let history = pipeline.edition_history(edition).await?;
            Rows::ShotZones(features::shot_zone_analysis(&history.as_of(edition.cutoff), &players))
        }
        Step::TeamDefenseZoneAnalysis => {
            let teams = upstream_rows!(upstream, Step::UpcomingTeamGameContext, Rows::TeamContexts);
            let history = pipeline.edition_history(edition).await?;
            Rows::DefenseZones(features::defense_zone_analysis(&history.as_of(edition.cutoff), &teams))
        }
        _ => from_tables(step, edition, upstream).await?,
    };
    Ok(Work::Rows(rows))
}

/// The two steps that read nothing but other steps' tables.
async fn from_tables(step: Step, edition: Edition, upstream: &dyn Upstream) -> Result<Rows, StepError> {
    let players = upstream_rows!(upstream, Step::UpcomingPlayerGameContext, Rows::PlayerContexts);
    let caches = upstream_rows!(upstream, Step::PlayerDailyCache, Rows::DailyCaches);
    let shot_zones = upstream_rows!(upstream, Step::PlayerShotZoneAnalysis, Rows::ShotZones);
    let defenses = upstream_rows!(upstream, Step::TeamDefenseZoneAnalysis, Rows::DefenseZones);
    if step == Step::PlayerCompositeFactors {
        return Ok(Rows::Composites(features::composite_factors(&players, &caches, &shot_zones, &defenses)));
    }
    let factors = upstream_rows!(upstream, Step::PlayerCompositeFactors, Rows::Composites);
    let cutoff = edition.cutoff;
    Ok(Rows::Features(features::feature_rows(cutoff, &players, &caches, &shot_zones, &defenses, &factors)))
}
