//! Answers of systems outside this program.

use async_trait::async_trait;
use domain::Edition;
use jiff::Timestamp;

use super::StoreError;
use crate::rows::ExternalAnswer;

/// Whether an answer was news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nobody had said so: it is kept.
    New,
    /// Its system said the same last: nothing is written.
    Same,
}

/// External answers: appended, and kept for ever. Of several about one key the last counts.
#[async_trait]
pub trait AnswerStore: Send + Sync {
    /// Keeps what an edition was answered at an instant, all of it or nothing; says of each whether it was news.
    async fn hear(
        &self,
        edition: Edition,
        answers: &[ExternalAnswer],
        received_at: Timestamp,
    ) -> Result<Vec<Heard>, StoreError>;

    /// The last answer about each key of an edition that was received before an instant, in the order of their keys.
    async fn answers(&self, edition: Edition, before: Timestamp) -> Result<Vec<ExternalAnswer>, StoreError>;

    /// How many answers to an edition are kept. It only grows, so it stands for them.
    async fn answers_heard(&self, edition: Edition) -> Result<u64, StoreError>;
}
