//! Facts, read as of a cutoff.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{BoxScore, Cutoff, FinalScore, Game, GameDate, Known, LineupSpot, PlayerShots, PropLine};
use predict::History;

use super::StoreError;
use crate::source::Directory;

/// How often facts of one kind about one slate have been added to. It only grows, so it stands for the content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// Table of facts.
    pub table: String,
    /// Slate they are about; nothing for names.
    pub slate: Option<GameDate>,
    /// Versions there are.
    pub rows: u64,
}

/// How often facts have been added to in all: what was read at one version is old at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FactVersion {
    /// Facts of any kind.
    pub all: u64,
    /// Those the directory is made of.
    pub directory: u64,
}

/// Everything known about a slate's games, every version.
#[derive(Debug, Default)]
pub struct SlateFacts {
    /// The schedule.
    pub games: Vec<Known<Game>>,
    /// Results.
    pub scores: Vec<Known<FinalScore>>,
    /// Box scores.
    pub box_scores: Vec<Known<BoxScore>>,
    /// Shots by zone.
    pub shots: Vec<Known<PlayerShots>>,
}

/// Whose history a snapshot needs: everybody's, on some slates. What one player faces depends on what everyone did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryScope {
    /// The first slate.
    pub from: GameDate,
    /// The last slate.
    pub to: GameDate,
}

/// Facts, read.
#[async_trait]
pub trait FactStore: Send + Sync {
    /// Ids, names and the schedule, newest versions.
    async fn directory(&self) -> Result<Directory, StoreError>;

    /// Scheduled games of some slates that were known at the cutoff.
    async fn games(&self, slates: RangeInclusive<GameDate>, cutoff: Cutoff) -> Result<Vec<Known<Game>>, StoreError>;

    /// Everything known about one slate's games.
    async fn slate_facts(&self, slate: GameDate) -> Result<SlateFacts, StoreError>;

    /// Prop lines on games of some slates that were known at the cutoff.
    async fn prop_lines(
        &self,
        slates: RangeInclusive<GameDate>,
        cutoff: Cutoff,
    ) -> Result<Vec<Known<PropLine>>, StoreError>;

    /// What was told of a slate's line-ups by the cutoff, every version.
    async fn lineups(&self, slate: GameDate, cutoff: Cutoff) -> Result<Vec<Known<LineupSpot>>, StoreError>;

    /// Players' and teams' games and injuries that were known at the cutoff, with every version.
    async fn history(&self, scope: &HistoryScope, cutoff: Cutoff) -> Result<History, StoreError>;

    /// How often each kind of fact about each slate has been added to.
    async fn revisions(&self) -> Result<Vec<Revision>, StoreError>;

    /// How often facts have been added to in all.
    async fn version(&self) -> Result<FactVersion, StoreError>;
}
