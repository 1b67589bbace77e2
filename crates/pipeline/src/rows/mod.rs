//! The rows steps return. A step never writes: the runtime commits its rows together with the verdict.

mod forecasts;
mod grades;
mod predictions;

use std::fmt;

use domain::{GameDate, Known, PlayerGameSummary, TeamDefenseGameSummary, TeamOffenseGameSummary};
use jiff::Timestamp;
use predict::features::{
    FeatureRow, PlayerCompositeFactors, PlayerDailyCache, PlayerShotZoneAnalysis, TeamDefenseZoneAnalysis,
    UpcomingPlayerGameContext, UpcomingTeamGameContext,
};

pub use forecasts::{ExternalAnswer, Forecast, ModelArtifact, Silence};
pub use grades::{Grade, SystemPerformance, Verdict};
pub use predictions::{
    Consolidation, ConsolidationSummary, Prediction, PredictionId, Quote, Scenario, Variant, stakes,
};

use crate::source::{Facts, Rejects};
use crate::suspicion::Finding;
use crate::{PayloadHash, RawPayload};

/// What one attempt of a step produced.
#[derive(Debug, PartialEq)]
pub enum Rows {
    /// Raw payloads.
    Payloads(Vec<RawPayload>),
    /// What one payload said.
    Facts(Box<FactBatch>),
    /// Players' games.
    PlayerGameSummaries(Vec<Known<PlayerGameSummary>>),
    /// Teams' games with the ball.
    TeamOffenseGameSummaries(Vec<Known<TeamOffenseGameSummary>>),
    /// Teams' games without the ball.
    TeamDefenseGameSummaries(Vec<Known<TeamDefenseGameSummary>>),
    /// Teams before their games.
    TeamContexts(Vec<UpcomingTeamGameContext>),
    /// Players before their games.
    PlayerContexts(Vec<UpcomingPlayerGameContext>),
    /// Rolling averages.
    DailyCaches(Vec<PlayerDailyCache>),
    /// Players' zones.
    ShotZones(Vec<PlayerShotZoneAnalysis>),
    /// Defences' zones.
    DefenseZones(Vec<TeamDefenseZoneAnalysis>),
    /// Composite factors.
    Composites(Vec<PlayerCompositeFactors>),
    /// Feature vectors.
    Features(Vec<FeatureRow>),
    /// Trained models.
    Models(Vec<ModelArtifact>),
    /// Answers and silences.
    Forecasts(Vec<Forecast>),
    /// Predictions, priced lines and the summary.
    Consolidation(Consolidation),
    /// Documents.
    Documents(Vec<Document>),
    /// Grades.
    Grades(Vec<Grade>),
    /// Systems' records on one slate.
    Performance(Vec<SystemPerformance>),
}

impl Rows {
    /// What kind of rows these are.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Payloads(_) => "payloads",
            Self::Facts(_) => "facts",
            Self::PlayerGameSummaries(_) => "player game summaries",
            Self::TeamOffenseGameSummaries(_) => "team offence summaries",
            Self::TeamDefenseGameSummaries(_) => "team defence summaries",
            Self::TeamContexts(_) => "team contexts",
            Self::PlayerContexts(_) => "player contexts",
            Self::DailyCaches(_) => "daily caches",
            Self::ShotZones(_) => "shot zones",
            Self::DefenseZones(_) => "defence zones",
            Self::Composites(_) => "composite factors",
            Self::Features(_) => "features",
            Self::Models(_) => "models",
            Self::Forecasts(_) => "forecasts",
            Self::Consolidation(_) => "a consolidation",
            Self::Documents(_) => "documents",
            Self::Grades(_) => "grades",
            Self::Performance(_) => "performance",
        }
    }
}

/// What one payload said.
#[derive(Debug, PartialEq)]
pub struct FactBatch {
    /// Which payload.
    pub payload: PayloadHash,
    /// When it landed: from then on a row that differs from an earlier one is known as its correction.
    pub landed_at: Timestamp,
    /// The facts.
    pub facts: Facts,
    /// Rows read.
    pub rows_read: u64,
    /// What could not be used.
    pub rejects: Rejects,
    /// What was conspicuous about it.
    pub findings: Vec<Finding>,
}

/// What a document of the newest slate is published under besides its own path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Twin {
    /// A copy under this path.
    One(String),
    /// One document a player, by his lookup, in this folder: the body is an object of them. It is not published under its
    /// own path.
    EachPlayer(String),
}

/// Stands for a player in a [`Twin`]'s text.
const EACH_PLAYER: &str = "/{player}.json";

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(path) => f.write_str(path),
            Self::EachPlayer(folder) => write!(f, "{folder}{EACH_PLAYER}"),
        }
    }
}

impl From<&str> for Twin {
    fn from(text: &str) -> Self {
        match text.strip_suffix(EACH_PLAYER) {
            Some(folder) => Self::EachPlayer(folder.to_owned()),
            None => Self::One(text.to_owned()),
        }
    }
}

/// A document to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path under the published root, naming its slate.
    pub path: String,
    /// What always shows the newest slate.
    pub twin: Twin,
    /// Its slate.
    pub slate: GameDate,
    /// Its bytes.
    pub body: Vec<u8>,
}
