//! The rows steps return. A step never writes: the runtime commits its rows together with the verdict.

use domain::{
    Availability, DecimalOdds, Edition, GameDate, GameId, HalfPoints, Known, Market, PlayerGameSummary, PlayerId,
    Probability, Sportsbook, Team, TeamDefenseGameSummary, TeamOffenseGameSummary, TwoWayPrice, Venue,
};
use jiff::Timestamp;
use predict::features::{
    FeatureRow, PlayerCompositeFactors, PlayerDailyCache, PlayerShotZoneAnalysis, TeamDefenseZoneAnalysis,
    UpcomingPlayerGameContext, UpcomingTeamGameContext,
};
use predict::{Abstain, CountLaw, Recommendation, SystemId};

use crate::source::{Facts, Rejects};
use crate::{PayloadHash, RawPayload};

/// What one attempt of a step produced.
#[derive(Debug)]
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

    /// Whether they change what is known.
    pub fn adds_facts(&self) -> bool {
        matches!(
            self,
            Self::Facts(_)
                | Self::PlayerGameSummaries(_)
                | Self::TeamOffenseGameSummaries(_)
                | Self::TeamDefenseGameSummaries(_)
        )
    }
}

/// What one payload said.
#[derive(Debug)]
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
}

/// A trained model, as bytes with a card.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelArtifact {
    /// The system it serves.
    pub system: SystemId,
    /// Feature schema it was trained on.
    pub schema: String,
    /// Nothing known later than this was used.
    pub trained_through: Timestamp,
    /// Player-games it was trained on.
    pub rows: u64,
    /// What it measured on rows it had not seen, and its parameters, as JSON.
    pub card: String,
    /// The model: XGBoost's binary JSON for trees, nothing where the card says it all.
    pub body: Vec<u8>,
}

impl ModelArtifact {
    /// The artifact's name: a hash over all that decides what it predicts.
    pub fn hash(&self) -> PayloadHash {
        let head = format!("{}|{}|{}|{}|", self.system, self.schema, self.trained_through, self.card);
        PayloadHash::of(&[head.as_bytes(), &self.body].concat())
    }
}

/// One system's answer to one question: a staging row.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// The trained artifact that answered, for systems that have one.
    pub model: Option<PayloadHash>,
    /// Its law, or why it is silent.
    pub answer: Result<CountLaw, Silence>,
}

/// A stored reason for silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Name of the reason.
    pub code: String,
    /// The reason in words.
    pub detail: String,
}

impl From<&Abstain> for Silence {
    fn from(abstain: &Abstain) -> Self {
        Self { code: abstain.code().to_owned(), detail: abstain.to_string() }
    }
}

/// The merged result of an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidation {
    /// One a key (game, player, market, system).
    pub predictions: Vec<Prediction>,
    /// Every line priced, apart from the predictions.
    pub scenarios: Vec<Scenario>,
    /// How complete it is.
    pub summary: ConsolidationSummary,
}

/// How complete a consolidation is. Both its writer and the publishing guard use this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsolidationSummary {
    /// Players asked about.
    pub expected_players: u32,
    /// Players with an answer of at least one system.
    pub completed_players: u32,
    /// Players every system was silent about, with reasons: done as well.
    pub skipped_players: u32,
    /// Players without a row of any system.
    pub missing_players: u32,
    /// Predictions.
    pub predictions: u32,
}

/// Eighty of a hundred players must be done before anything is published.
const THRESHOLD_PERCENT: u32 = 80;

impl ConsolidationSummary {
    /// Whether enough players are done.
    pub fn is_complete_enough(&self) -> bool {
        (self.completed_players + self.skipped_players) * 100 >= self.expected_players * THRESHOLD_PERCENT
    }

    /// Players done of players expected, in per cent.
    pub fn completion_percent(&self) -> f64 {
        let done = f64::from(self.completed_players + self.skipped_players);
        if self.expected_players == 0 { 100.0 } else { 100.0 * done / f64::from(self.expected_players) }
    }
}

/// A system's published number on a player: one a key, never competing with line variants.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Its name for ever: a hash over key and content.
    pub id: PredictionId,
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// His team.
    pub team: Team,
    /// Its opponent.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// Mean of the law: the expected count.
    pub mean: f64,
    /// Median of the law.
    pub median: u16,
    /// Standard deviation of the law.
    pub deviation: f64,
    /// What the injury log says.
    pub availability: Availability,
    /// The line it is judged at, if a book had one.
    pub quote: Option<Quote>,
    /// Over, under or pass.
    pub recommendation: Recommendation,
}

/// The line a prediction is judged at, as known at the cutoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// Whose line.
    pub book: Sportsbook,
    /// The line.
    pub line: HalfPoints,
    /// Price of the over, where offered.
    pub over_odds: Option<DecimalOdds>,
    /// Price of the under, where offered.
    pub under_odds: Option<DecimalOdds>,
    /// When the feed saw it.
    pub observed_at: Timestamp,
    /// Probability of the over by the law alone.
    pub law_over: Probability,
    /// Probability of a push.
    pub push: Probability,
    /// Probability of the over unless pushed, shrunk to the price.
    pub over: Option<Probability>,
    /// Expected profit per unit on the recommended side.
    pub expected_value: Option<f64>,
}

impl Quote {
    /// Both prices, where both sides are offered.
    pub fn two_way(&self) -> Option<TwoWayPrice> {
        Some(TwoWayPrice { over: self.over_odds?, under: self.under_odds? })
    }
}

/// Twelve hexadecimal digits that name a prediction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PredictionId(pub String);

/// A system's law priced at one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Which game.
    pub game: GameId,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// Whose line, or a variant of the main one.
    pub variant: Variant,
    /// The line.
    pub line: HalfPoints,
    /// Probabilities by the law alone: over, push, under.
    pub settlement: predict::Settlement,
    /// The book's prices, where it has both.
    pub price: Option<TwoWayPrice>,
    /// Probability of the over unless pushed, shrunk to the price.
    pub over: Option<Probability>,
}

/// Where a scenario's line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// A book's own line.
    Book(Sportsbook),
    /// The main line moved by so many half points.
    Base(i32),
}

/// A document to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path under the published root, naming its slate.
    pub path: String,
    /// The path of the copy that always shows the newest slate.
    pub twin: String,
    /// Its slate.
    pub slate: GameDate,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// How a bet ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The recommended side won.
    Win,
    /// It lost.
    Loss,
    /// The count equalled the line; stakes come back.
    Push,
    /// The player did not play; stakes come back.
    Void,
    /// Nothing was recommended.
    NoBet,
}

impl Verdict {
    const ALL: [Self; 5] = [Self::Win, Self::Loss, Self::Push, Self::Void, Self::NoBet];

    /// Name in tables and documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Win => "win",
            Self::Loss => "loss",
            Self::Push => "push",
            Self::Void => "void",
            Self::NoBet => "no_bet",
        }
    }

    /// The verdict of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// A prediction against what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// The prediction graded.
    pub prediction: PredictionId,
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// Which statistic.
    pub market: Market,
    /// Which system.
    pub system: SystemId,
    /// What was recommended.
    pub recommendation: Recommendation,
    /// The line it is judged at.
    pub line: Option<HalfPoints>,
    /// What the player counted; nothing when he did not play.
    pub actual: Option<u16>,
    /// How the bet ended.
    pub verdict: Verdict,
    /// Why it is void.
    pub void_reason: Option<String>,
    /// Profit of one unit staked at the posted price; nothing without a bet.
    pub profit: Option<f64>,
    /// |median - actual|.
    pub absolute_error: Option<f64>,
    /// mean - actual.
    pub signed_error: Option<f64>,
    /// When the outcome became known.
    pub outcome_known_at: Timestamp,
}

/// One system's record on one slate.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemPerformance {
    /// Which edition.
    pub edition: Edition,
    /// Which system.
    pub system: SystemId,
    /// Predictions of players who played.
    pub predictions: u32,
    /// Predictions of players who did not.
    pub voids: u32,
    /// Bets won.
    pub wins: u32,
    /// Bets lost.
    pub losses: u32,
    /// Bets pushed.
    pub pushes: u32,
    /// Overs among wins and losses, and how many of them won.
    pub overs: u32,
    /// Overs that won.
    pub overs_won: u32,
    /// Sum of absolute errors of the median.
    pub absolute_error_sum: f64,
    /// Sum of errors of the mean.
    pub signed_error_sum: f64,
    /// Predictions within three.
    pub within_3: u32,
    /// Predictions within five.
    pub within_5: u32,
    /// Units won and lost.
    pub profit: f64,
    /// Absolute error of the book's line on the same rows, where there is a line.
    pub line_error_sum: f64,
    /// Absolute error of the median on those rows.
    pub lined_error_sum: f64,
    /// Rows with a line.
    pub lined: u32,
}
