//! What people ask of the store: the grid's history, published numbers and where they come from.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Alias, Edition, Game, GameDate, GameId, Provenance};
use jiff::Timestamp;
use pipeline::ports::StoreError;
use pipeline::rows::{Document, Forecast, Grade, Prediction, Twin};
use pipeline::suspicion::Finding;
use pipeline::{Partition, PayloadHash, Rows, Step};
use predict::features::FeatureRow;
use runtime::OutputId;

/// What the newest successful attempt of a task read, wrote and rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptReport {
    /// Rows of the payload.
    pub rows_read: u64,
    /// Rows added.
    pub rows_written: u64,
    /// Rows rejected, by reason.
    pub rejects: BTreeMap<String, u64>,
}

/// A published number back to the bytes it came from.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The number.
    pub prediction: Prediction,
    /// Its edition.
    pub edition: Edition,
    /// The outputs it was made from, newest step first, each with the attempt that made it.
    pub chain: Vec<ChainLink>,
    /// The answer behind it.
    pub forecast: Option<Forecast>,
    /// The features the answer was made from.
    pub features: Option<FeatureRow>,
    /// The newest ten games known at the cutoff, with the payloads that told of them.
    pub games: Vec<GameSource>,
    /// The payload that told of the line.
    pub line_source: Option<PayloadSource>,
    /// How it came out, if it was graded.
    pub grade: Option<Grade>,
}

/// One step of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLink {
    /// The step.
    pub step: Step,
    /// Its output.
    pub output: OutputId,
    /// When the attempt that made it ended.
    pub made_at: Option<Timestamp>,
}

/// A past game in an explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct GameSource {
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Points; nothing when he did not play.
    pub points: Option<u16>,
    /// Minutes; nothing when he did not play.
    pub minutes: Option<f64>,
    /// When it became known.
    pub known_at: Timestamp,
    /// How we know that.
    pub provenance: Provenance,
    /// The payload that told of it.
    pub source: PayloadSource,
}

/// A raw payload, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadSource {
    /// Hash of the bytes.
    pub hash: PayloadHash,
    /// What had been asked for.
    pub subject: String,
}

/// How a result came in: a payload that first told of a game's final score or of its box score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The game, as the schedule has it now.
    pub game: Game,
    /// When that counts as known.
    pub known_at: Timestamp,
    /// How we know that.
    pub provenance: Provenance,
    /// When the payload says it was fetched.
    pub fetched_at: Timestamp,
    /// When it was landed.
    pub landed_at: Timestamp,
    /// When it was first parsed.
    pub processed_at: Option<Timestamp>,
}

/// A name that the parsing of a payload could not resolve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedName {
    /// The payload.
    pub partition: Partition,
    /// The name as it was spelled.
    pub name: String,
    /// How often it occurred there.
    pub times: u64,
}

/// A successful attempt of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Which step.
    pub step: Step,
    /// On what.
    pub partition: Partition,
    /// When it was claimed.
    pub started_at: Timestamp,
    /// When it was settled.
    pub ended_at: Timestamp,
}

/// Questions people ask.
#[async_trait]
pub trait Views: Send + Sync {
    /// Marks whose data the store holds, once and for ever.
    ///
    /// Returns the mark it bears: another one than asked for means that the two must not be mixed.
    async fn claim_world(&self, world: &str) -> Result<String, StoreError>;

    /// The rows of one output set.
    async fn rows(&self, step: Step, output: OutputId) -> Result<Rows, StoreError>;

    /// The newest published slate.
    async fn newest_published(&self) -> Result<Option<GameDate>, StoreError>;

    /// What the newest successful attempts of some tasks read, wrote and rejected.
    async fn attempt_reports(
        &self,
        partitions: &[Partition],
    ) -> Result<BTreeMap<(Step, Partition), AttemptReport>, StoreError>;

    /// The current documents of a slate, each path once.
    async fn documents(&self, slate: GameDate) -> Result<Vec<Document>, StoreError>;

    /// The newest slate of each twin, by the twin's path.
    async fn newest_twins(&self) -> Result<BTreeMap<Twin, GameDate>, StoreError>;

    /// Predictions whose name starts so, newest version of each.
    async fn predictions_named(&self, prefix: &str) -> Result<Vec<Prediction>, StoreError>;

    /// The whole chain behind a prediction.
    async fn explain(&self, prediction: &Prediction) -> Result<Option<Explanation>, StoreError>;

    /// How the results of the games of some slates came in, by slate and game. A game without any has no entry.
    async fn arrivals(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<Arrival>, StoreError>;

    /// The successful attempts of some steps about some slates and their editions, oldest first.
    async fn completions(
        &self,
        steps: &[Step],
        slates: RangeInclusive<GameDate>,
    ) -> Result<Vec<Completion>, StoreError>;

    /// The names that payloads could not resolve when they were parsed last.
    async fn unresolved_names(&self) -> Result<Vec<UnresolvedName>, StoreError>;

    /// Keeps what a person says somebody is called, known from then on.
    async fn link(&self, alias: Alias, at: Timestamp) -> Result<(), StoreError>;

    /// What was conspicuous about these payloads, where they were kept, as they were parsed last.
    async fn payload_findings(&self, payloads: &[Partition]) -> Result<Vec<(Partition, Finding)>, StoreError>;

    /// When the newest payload landed.
    async fn newest_landing(&self) -> Result<Option<Timestamp>, StoreError>;
}
