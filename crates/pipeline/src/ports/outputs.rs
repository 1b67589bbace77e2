//! Outputs of steps, read back by the steps after them.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Edition, GameDate, Market};
use predict::SystemId;
use predict::inputs::Sight;

use super::StoreError;
use crate::Step;
use crate::rows::{Grade, ModelArtifact, Rows, SystemPerformance};

/// The outputs of the steps a task named as needs, exactly the versions its fingerprint covers.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// The rows of one needed step; nothing when it had nothing to do.
    async fn rows(&self, step: Step) -> Result<Option<Rows>, StoreError>;
}

/// Current outputs across partitions.
#[async_trait]
pub trait OutputStore: Send + Sync {
    /// The models that slates of the month that starts on this date may use.
    async fn models(&self, month: GameDate, sight: Sight) -> Result<Vec<ModelArtifact>, StoreError>;

    /// The editions of some slates that are published, oldest cutoffs of each first.
    async fn published_editions(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<Edition>, StoreError>;

    /// What the published documents of an edition were made of: the rows of one of the steps they need.
    async fn published(&self, edition: Edition, step: Step) -> Result<Option<Rows>, StoreError>;

    /// Records of the systems on slates up to one, by slate.
    async fn performance(&self, through: GameDate) -> Result<Vec<SystemPerformance>, StoreError>;

    /// How two systems' answers about one market came out on some slates, oldest slates first: of each question the newest
    /// edition's grade.
    async fn grades(
        &self,
        slates: RangeInclusive<GameDate>,
        market: Market,
        systems: [SystemId; 2],
    ) -> Result<Vec<Grade>, StoreError>;
}
