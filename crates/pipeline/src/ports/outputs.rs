//! Outputs of steps, read back by the steps after them.

use async_trait::async_trait;
use domain::{Edition, GameDate};

use super::StoreError;
use crate::Step;
use crate::rows::{ModelArtifact, Prediction, Rows, SystemPerformance};

/// The outputs of the steps a task named as needs, exactly the versions its fingerprint covers.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// The rows of one needed step; nothing when it had nothing to do.
    async fn rows(&self, step: Step) -> Result<Option<Rows>, StoreError>;
}

/// An edition whose predictions are published.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedEdition {
    /// Which edition.
    pub edition: Edition,
    /// Its predictions.
    pub predictions: Vec<Prediction>,
}

/// Current outputs across partitions.
#[async_trait]
pub trait OutputStore: Send + Sync {
    /// The models that slates of the month that starts on this date may use.
    async fn models(&self, month: GameDate) -> Result<Vec<ModelArtifact>, StoreError>;

    /// The published predictions of an edition.
    async fn published(&self, edition: Edition) -> Result<Option<PublishedEdition>, StoreError>;

    /// Records of the systems on slates up to one, by slate.
    async fn performance(&self, through: GameDate) -> Result<Vec<SystemPerformance>, StoreError>;
}
