//! A slate's edition as callers of the original coordinator know it: a batch. Everything follows from the grid; no state of
//! its own could disagree with it.

use std::collections::BTreeSet;
use std::str::FromStr;

use domain::{Cutoff, Edition, GameDate, ParseError};
use jiff::{SignedDuration, Timestamp};
use pipeline::rows::Prediction;
use pipeline::{MARKET, Partition, Step};
use predict::SystemId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::app::GridCell;

/// An edition by the name that the original coordinator gave its batches, `batch_2025-01-15_1736964000`: the slate, and the
/// second of the cutoff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BatchId(pub(crate) Edition);

impl std::fmt::Display for BatchId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "batch_{}_{}", self.0.slate, self.0.cutoff.instant().as_second())
    }
}

impl FromStr for BatchId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let read = || {
            let (slate, second) = text.strip_prefix("batch_")?.split_once('_')?;
            let slate: GameDate = slate.parse().ok()?;
            let cutoff = Timestamp::from_second(second.parse().ok()?).ok()?;
            let is_near = cutoff.duration_since(slate.at(0, 0)).abs() <= SignedDuration::from_hours(24 * 31);
            is_near.then(|| Self(Edition { slate, cutoff: Cutoff::at(cutoff) }))
        };
        read().ok_or_else(|| ParseError::new(text, "a batch's id such as batch_2025-01-15_1736964000"))
    }
}

/// A batch as it stands.
pub(crate) struct Batch {
    pub(crate) id: BatchId,
    pub(crate) progress: BatchProgress,
    pub(crate) summary: BatchSummary,
    /// Whether somebody ever asked for it.
    pub(crate) is_known: bool,
    /// When any of its tasks last moved.
    moved_at: Timestamp,
}

/// How far a batch is, in tasks of its edition.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct BatchProgress {
    expected: usize,
    completed: usize,
    failed: usize,
    pub(crate) remaining: usize,
    pub(crate) is_complete: bool,
    /// Published predictions, of every system.
    total_predictions: usize,
    elapsed_seconds: i64,
    /// Tasks a minute.
    completion_rate: f64,
    eta_seconds: Option<i64>,
    progress_percentage: f64,
}

/// What a batch is about.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct BatchSummary {
    pub(crate) total_games: usize,
    /// Players with a published prediction.
    total_players: usize,
    teams_playing: usize,
    prop_line_coverage: LineCoverage,
}

/// How many predicted players have a line.
#[derive(Clone, Default, Serialize, ToSchema)]
pub(crate) struct LineCoverage {
    with: usize,
    without: usize,
}

impl Batch {
    /// An edition as a batch.
    pub(crate) async fn of(app: &App, edition: Edition) -> anyhow::Result<Self> {
        let grid = app.grid(edition).await?;
        let page = app.page(edition).await?;
        let published: Vec<Prediction> = page.predictions_of(MARKET).into_iter().cloned().collect();
        let cells: Vec<GridCell> = grid.cells.into_iter().filter(|cell| Step::EDITION.contains(&cell.step)).collect();
        let planned = app.store.ledger.tasks(&[Partition::Edition(edition).to_string().into()]).await?;
        let times = cells.iter().filter_map(|cell| cell.attempt.as_ref());
        let moved_at = times.map(|attempt| attempt.ended_at.unwrap_or(attempt.started_at)).max();
        Ok(Self {
            id: BatchId(edition),
            is_known: !planned.is_empty(),
            moved_at: moved_at.unwrap_or(edition.cutoff.instant()),
            progress: BatchProgress::of(&cells, published.len(), app.now()),
            summary: BatchSummary::of(grid.games, &published),
        })
    }

    /// Whether it is not complete and nothing of it has moved for so long.
    pub(crate) fn is_stalled(&self, now: Timestamp, after: SignedDuration) -> bool {
        !self.progress.is_complete && now.duration_since(self.moved_at) > after
    }
}

impl BatchProgress {
    fn of(cells: &[GridCell], total_predictions: usize, now: Timestamp) -> Self {
        let expected = cells.len();
        let completed = cells.iter().filter(|cell| cell.state.is_settled()).count();
        let failed = cells.iter().filter(|cell| cell.state.failure().is_some()).count();
        let remaining = expected - completed;
        let attempts = || cells.iter().filter_map(|cell| cell.attempt.as_ref());
        let began = attempts().map(|attempt| attempt.started_at).min();
        let ended = attempts().filter_map(|attempt| attempt.ended_at).max().filter(|_| remaining == 0);
        let elapsed = began.map_or(SignedDuration::ZERO, |began| ended.unwrap_or(now).duration_since(began));
        let minutes = elapsed.as_secs_f64() / 60.0;
        let rate = if minutes > 0.0 { completed as f64 / minutes } else { 0.0 };
        Self {
            expected,
            completed,
            failed,
            remaining,
            is_complete: expected > 0 && remaining == 0,
            total_predictions,
            elapsed_seconds: elapsed.as_secs(),
            completion_rate: (rate * 100.0).round() / 100.0,
            eta_seconds: (rate > 0.0).then(|| (remaining as f64 / rate * 60.0).round() as i64),
            progress_percentage: (completed as f64 * 1_000.0 / expected.max(1) as f64).round() / 10.0,
        }
    }

    /// Whether so many percent of its tasks are done.
    pub(crate) fn reaches(&self, percent: f64) -> bool {
        self.progress_percentage >= percent
    }
}

impl BatchSummary {
    fn of(games: usize, published: &[Prediction]) -> Self {
        let of_ensemble: Vec<&Prediction> =
            published.iter().filter(|prediction| prediction.system == SystemId::Ensemble).collect();
        let with = of_ensemble.iter().filter(|prediction| prediction.quote.is_some()).count();
        let players: BTreeSet<_> = of_ensemble.iter().map(|prediction| prediction.player).collect();
        Self {
            total_games: games,
            total_players: players.len(),
            teams_playing: 2 * games,
            prop_line_coverage: LineCoverage { with, without: of_ensemble.len() - with },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_named_by_its_edition_and_found_by_its_name() {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let id = BatchId(Edition { slate, cutoff: Cutoff::at(slate.at(13, 0)) });
        assert_eq!(id.to_string(), "batch_2025-01-15_1736964000");
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in ["", "batch_", "batch_2025-01-15", "batch_2025-01-15_", "batch_2025-01-15_x", "batch_2025-01-15_0"]
        {
            assert!(text.parse::<BatchId>().is_err(), "{text}");
        }
    }
}
