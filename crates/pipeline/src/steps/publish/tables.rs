//! The rows documents are made from: the edition's own, and those of earlier editions about games that are not its.

use std::collections::BTreeSet;

use domain::{Edition, GameId};
use predict::features::{PlayerCompositeFactors, PlayerDailyCache, UpcomingPlayerGameContext, UpcomingTeamGameContext};

use crate::pipeline::{Pipeline, StepError};
use crate::ports::{StoreError, Upstream};
use crate::rows::Forecast;
use crate::{Rows, Step};

/// Rows of the steps before publication.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) teams: Vec<UpcomingTeamGameContext>,
    pub(super) players: Vec<UpcomingPlayerGameContext>,
    pub(super) caches: Vec<PlayerDailyCache>,
    pub(super) factors: Vec<PlayerCompositeFactors>,
    pub(super) forecasts: Vec<Forecast>,
}

/// Their steps.
const STEPS: [Step; 5] = [
    Step::UpcomingTeamGameContext,
    Step::UpcomingPlayerGameContext,
    Step::PlayerDailyCache,
    Step::PlayerCompositeFactors,
    Step::Forecast,
];

impl Tables {
    /// Those of the edition that is to be published.
    pub(super) async fn of_upstream(
        pipeline: &Pipeline,
        edition: Edition,
        upstream: &dyn Upstream,
    ) -> Result<Self, StepError> {
        let mut tables = Self::default();
        for step in STEPS {
            tables.take(step, upstream.rows(step).await)?;
        }
        tables.forecasts.extend(pipeline.external_forecasts(edition).await?);
        Ok(tables)
    }

    /// Those of an edition that is published.
    pub(super) async fn of_published(pipeline: &Pipeline, edition: Edition) -> Result<Self, StepError> {
        let mut tables = Self::default();
        for step in STEPS {
            tables.take(step, pipeline.outputs.published(edition, step).await)?;
        }
        tables.forecasts.extend(pipeline.external_forecasts(edition).await?);
        Ok(tables)
    }

    fn take(&mut self, step: Step, rows: Result<Option<Rows>, StoreError>) -> Result<(), StepError> {
        match rows? {
            None => {}
            Some(Rows::TeamContexts(rows)) => self.teams = rows,
            Some(Rows::PlayerContexts(rows)) => self.players = rows,
            Some(Rows::DailyCaches(rows)) => self.caches = rows,
            Some(Rows::Composites(rows)) => self.factors = rows,
            Some(Rows::Forecasts(rows)) => self.forecasts = rows,
            Some(other) => return Err(StepError::Broken(format!("{step} produced {}", other.kind()))),
        }
        Ok(())
    }

    /// Adds an earlier edition's rows about some games.
    pub(super) fn carry_over(&mut self, earlier: Self, games: &BTreeSet<GameId>) {
        let Self { teams, players, caches, factors, forecasts } = earlier;
        self.teams.extend(teams.into_iter().filter(|row| games.contains(&row.game)));
        self.players.extend(players.into_iter().filter(|row| games.contains(&row.game)));
        self.caches.extend(caches.into_iter().filter(|row| games.contains(&row.game)));
        self.factors.extend(factors.into_iter().filter(|row| games.contains(&row.game)));
        self.forecasts.extend(forecasts.into_iter().filter(|row| games.contains(&row.game)));
    }
}
