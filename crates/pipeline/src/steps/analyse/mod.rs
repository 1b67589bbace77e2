//! Phase 3: what happened in each game, and what is known before the next.

mod summaries;

use domain::{Edition, GameDate};
use predict::features;

use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::Upstream;
use crate::{Rows, Step};

/// Runs one of the summary steps.
pub(crate) async fn summarise(pipeline: &Pipeline, step: Step, slate: GameDate) -> Result<Work, StepError> {
    let facts = pipeline.facts.slate_facts(slate).await?;
    Ok(Work::Rows(match step {
        Step::PlayerGameSummary => Rows::PlayerGameSummaries(summaries::players(&facts)),
        Step::TeamOffenseGameSummary => Rows::TeamOffenseGameSummaries(summaries::offenses(&facts)),
        _ => Rows::TeamDefenseGameSummaries(summaries::defenses(&facts)),
    }))
}

/// Runs one of the context steps.
pub(crate) async fn contexts(
    pipeline: &Pipeline,
    step: Step,
    edition: Edition,
    upstream: &dyn Upstream,
) -> Result<Work, StepError> {
    let history = pipeline.edition_history(edition).await?;
    let snapshot = history.as_of(edition.cutoff);
    if step == Step::UpcomingTeamGameContext {
        let games = pipeline.coverage(edition).await?.games;
        return Ok(Work::Rows(Rows::TeamContexts(features::team_contexts(&snapshot, &games))));
    }
    let teams = upstream_rows!(upstream, Step::UpcomingTeamGameContext, Rows::TeamContexts);
    let lines = pipeline.facts.prop_lines(edition.slate..=edition.slate, edition.cutoff).await?;
    let lines = features::lines_known(snapshot.cutoff(), &lines);
    Ok(Work::Rows(Rows::PlayerContexts(features::player_contexts(&snapshot, &teams, &lines))))
}
