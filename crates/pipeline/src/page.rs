//! The page of a slate: of each game, what the newest published edition about it says. An edition is about games that have
//! not started by its cutoff, so what is said of a game is never later than its tip-off.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Edition, Game, GameId, Market, PlayerId};
use predict::SystemId;

use crate::pipeline::{Pipeline, StepError};
use crate::ports::StoreError;
use crate::rows::{Prediction, PredictionId, stakes};
use crate::{Rows, Step};

/// What one edition says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// Which edition.
    pub(crate) edition: Edition,
    /// The games it is about.
    pub(crate) games: BTreeSet<GameId>,
    /// What it predicts.
    pub(crate) predictions: Vec<Prediction>,
}

/// A slate as it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Oldest first.
    parts: Vec<Part>,
    /// The slate's games as they were scheduled at the newest cutoff: what is moved away is not shown any more.
    scheduled: BTreeSet<GameId>,
}

impl Page {
    pub(crate) fn new(parts: Vec<Part>, scheduled: &[Game]) -> Self {
        Self { parts, scheduled: scheduled.iter().map(|game| game.id).collect() }
    }

    /// The editions that have the last word on a game, oldest first, each with the games it has it on.
    pub fn editions(&self) -> Vec<(Edition, BTreeSet<GameId>)> {
        let last_words = |part: &Part| {
            let has = |game: &&GameId| self.edition_of(**game) == Some(part.edition);
            (part.edition, part.games.iter().filter(has).copied().collect::<BTreeSet<GameId>>())
        };
        self.parts.iter().map(last_words).filter(|(_, games)| !games.is_empty()).collect()
    }

    /// The edition that has the last word on a game.
    pub fn edition_of(&self, game: GameId) -> Option<Edition> {
        let newest = about(&self.parts, game).next()?;
        self.scheduled.contains(&game).then_some(newest.edition)
    }

    /// What the edition before that one said of the game.
    pub(crate) fn before(&self, game: GameId) -> Option<&Part> {
        about(&self.parts, game).nth(1)
    }

    /// Everything that is predicted.
    pub fn predictions(&self) -> Vec<&Prediction> {
        shown(&self.parts).filter(|row| self.scheduled.contains(&row.game)).collect()
    }

    /// What is predicted of one market.
    pub fn predictions_of(&self, market: Market) -> Vec<&Prediction> {
        self.predictions().into_iter().filter(|row| row.market == market).collect()
    }

    /// Of everybody in every market, the prediction whose bet is shown and placed.
    pub fn bets(&self) -> BTreeMap<Key, &Prediction> {
        bets(&self.predictions())
    }

    /// What to stake on those bets.
    pub fn stakes_of_bets(&self) -> BTreeMap<PredictionId, f64> {
        self.stakes(|all| bets(all).into_values().collect())
    }

    /// What to stake on the bets of one system, as if only they were placed.
    pub fn stakes_of(&self, system: SystemId) -> BTreeMap<PredictionId, f64> {
        self.stakes(|all| all.iter().copied().filter(|row| row.system == system).collect())
    }

    /// What to stake on the bets that `choose` finds among the predictions. A stake is weighed among what the page showed when
    /// its game's forecasts were made, and stands from then on.
    pub fn stakes<'a>(
        &'a self,
        choose: impl Fn(&[&'a Prediction]) -> Vec<&'a Prediction>,
    ) -> BTreeMap<PredictionId, f64> {
        let mut staked = BTreeMap::new();
        for (index, part) in self.parts.iter().enumerate() {
            let shown: Vec<&Prediction> = shown(&self.parts[..=index]).collect();
            let then = choose(&shown);
            let own: BTreeSet<&PredictionId> = part.predictions.iter().map(|row| &row.id).collect();
            staked.extend(stakes(then).into_iter().filter(|(id, _)| own.contains(id)));
        }
        staked
    }
}

/// A player's count in a game.
pub(crate) type Key = (GameId, PlayerId, Market);

/// The system whose number is shown first.
pub const HEADLINE: SystemId = SystemId::Ensemble;

/// The system whose bets are shown, wherever it speaks: its probability has learned from prices as well, and is the best calibrated.
pub(crate) const BETTING: SystemId = SystemId::MarketBlend;

/// Of everybody, the prediction whose bet counts: the betting system's, or the headline's about whom that is silent.
pub(crate) fn bets<'a>(all: &[&'a Prediction]) -> BTreeMap<Key, &'a Prediction> {
    let of = |system| all.iter().copied().filter(move |row| row.system == system);
    of(HEADLINE).chain(of(BETTING)).map(|row| ((row.game, row.player, row.market), row)).collect()
}

/// The parts about a game, newest first.
fn about(parts: &[Part], game: GameId) -> impl Iterator<Item = &Part> {
    parts.iter().rev().filter(move |part| part.games.contains(&game))
}

/// Of each game, what the newest part about it predicts.
fn shown(parts: &[Part]) -> impl Iterator<Item = &Prediction> {
    let newest = |part: &Part, game| about(parts, game).next().is_some_and(|newest| newest.edition == part.edition);
    parts.iter().flat_map(move |part| part.predictions.iter().filter(move |row| newest(part, row.game)))
}

impl Pipeline {
    /// The page of an edition's slate as of that edition.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page(&self, edition: Edition) -> Result<Page, StepError> {
        let mut parts = self.earlier_parts(edition).await?;
        parts.extend(self.part(edition).await?);
        Ok(Page::new(parts, &self.scheduled(edition).await?))
    }

    /// What the published editions of a slate say that are older than this one.
    pub(crate) async fn earlier_parts(&self, edition: Edition) -> Result<Vec<Part>, StepError> {
        let mut parts = Vec::new();
        for earlier in self.outputs.published_editions(edition.slate..=edition.slate).await? {
            if earlier < edition {
                parts.extend(self.part(earlier).await?);
            }
        }
        Ok(parts)
    }

    /// What an edition says; nothing where it is not published.
    async fn part(&self, edition: Edition) -> Result<Option<Part>, StepError> {
        let merged = self.outputs.published(edition, Step::Consolidate).await?;
        let teams = self.outputs.published(edition, Step::UpcomingTeamGameContext).await?;
        let (Some(Rows::Consolidation(merged)), Some(Rows::TeamContexts(teams))) = (merged, teams) else {
            return Ok(None);
        };
        let games = teams.iter().map(|team| team.game).collect();
        Ok(Some(Part { edition, games, predictions: merged.predictions }))
    }

    /// The games of an edition's slate, as scheduled at its cutoff, those that have started among them.
    pub(crate) async fn scheduled(&self, edition: Edition) -> Result<Vec<Game>, StoreError> {
        let games = self.facts.games(edition.slate..=edition.slate, edition.cutoff).await?;
        Ok(Game::scheduled(&games, edition.slate, edition.cutoff).cloned().collect())
    }
}
