//! One entry to all steps: a step and its partition in, its rows out.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use crate::learn::PastSlates;
use domain::{Cutoff, Edition, GameDate};
use jiff::Timestamp;
use predict::History;
use predict::features::FeatureRow;
use predict::inputs::Sight;

use crate::ports::{
    AnswerStore, FactStore, FactVersion, Fetch, HistoryScope, OutputStore, RawStore, StoreError, Upstream,
};
use crate::source::{Directory, Source, Unreadable};
use crate::steps::{analyse, consolidate, featurize, forecast, grade, land, process, publish, train};
use crate::{Coverage, Markets, Partition, Rows, Step};

/// What a step came to.
#[derive(Debug)]
pub enum Work {
    /// Its rows.
    Rows(Rows),
    /// There was nothing to do.
    Nothing(String),
}

/// Why a step failed. The kind says who must act.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A payload is not what its source sends.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Something the step depends on is missing.
    #[error("{0}")]
    Upstream(String),
    /// A provider is not to be asked for now.
    #[error("{why}")]
    NotNow {
        /// When it may be.
        until: Timestamp,
        /// Why.
        why: String,
    },
    /// A provider refuses what it was asked, and would refuse it again.
    #[error("{0}")]
    Refused(String),
    /// The publishing guard refused: the last good documents stay.
    #[error("publication refused: {0}")]
    Guard(String),
    /// The step was asked something it cannot do: our own fault.
    #[error("{0}")]
    Broken(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tells how far a step is.
pub trait Progress: Send + Sync {
    /// `done` of `total` units of `stage`.
    fn beat(&self, stage: &str, done: u64, total: u64);
}

/// The steps with the ports they read through.
pub struct Pipeline {
    pub(crate) raw: Arc<dyn RawStore>,
    pub(crate) facts: Arc<dyn FactStore>,
    pub(crate) outputs: Arc<dyn OutputStore>,
    pub(crate) answers: Arc<dyn AnswerStore>,
    pub(crate) fetch: Option<Arc<dyn Fetch>>,
    pub(crate) sources: Vec<Box<dyn Source>>,
    pub(crate) markets: Markets,
    /// What was published before raises no alarm.
    pub(crate) records_count_since: Option<GameDate>,
    remembered: Mutex<Remembered>,
}

/// The newest of each costly read. Steps of one slate follow each other and read the same; whatever is added to the
/// facts, by whichever process, is another version of them and makes an attempt forget.
#[derive(Default)]
struct Remembered {
    version: FactVersion,
    directory: Option<Arc<Directory>>,
    history: Option<(HistoryScope, Cutoff, Arc<History>)>,
}

impl Pipeline {
    /// A pipeline over these ports. Without a way out, landing has nothing to do.
    pub fn new(
        raw: Arc<dyn RawStore>,
        facts: Arc<dyn FactStore>,
        outputs: Arc<dyn OutputStore>,
        answers: Arc<dyn AnswerStore>,
        fetch: Option<Arc<dyn Fetch>>,
    ) -> Self {
        let (sources, markets) = (crate::source::all(), Markets::default());
        let (records_count_since, remembered) = (None, Mutex::default());
        Self { raw, facts, outputs, answers, fetch, sources, markets, records_count_since, remembered }
    }

    /// The same, training models of these markets.
    pub fn for_markets(self, markets: Markets) -> Self {
        Self { markets, ..self }
    }

    /// The same, believing the records of systems from a day on only: the day on which a leak was mended.
    pub fn counting_records_since(self, day: Option<GameDate>) -> Self {
        Self { records_count_since: day, ..self }
    }

    /// The source of this name.
    pub(crate) fn source(&self, name: &str) -> Result<&dyn Source, StepError> {
        let found = self.sources.iter().find(|source| source.id() == name);
        found.map(AsRef::as_ref).ok_or_else(|| StepError::Broken(format!("there is no source {name}")))
    }

    /// Runs a step on one partition.
    ///
    /// # Errors
    /// A [`StepError`] whose kind says who must act.
    pub async fn run(
        &self,
        step: Step,
        partition: &Partition,
        upstream: &dyn Upstream,
        progress: &dyn Progress,
    ) -> Result<Work, StepError> {
        // Summaries, of which there are thousands, read nothing that is remembered.
        if !Step::SUMMARIES.contains(&step) {
            self.forget_older_than(self.facts.version().await?);
        }
        Ok(match (step, partition) {
            (Step::Land, Partition::Delivery { delivery, source }) => land::run(self, delivery, source).await?,
            (Step::Process, Partition::Payload { source, hash, again, .. }) => {
                process::run(self, source, *hash, *again).await?
            }
            (_, Partition::Slate(slate)) if Step::SUMMARIES.contains(&step) => {
                analyse::summarise(self, step, *slate).await?
            }
            (Step::TrainModels, Partition::Month(first)) => {
                train::models(self, *first, Sight::Morning, progress).await?
            }
            (Step::TrainLateModels, Partition::Month(first)) => {
                train::models(self, *first, Sight::Late, progress).await?
            }
            (_, Partition::Edition(edition)) => self.run_edition(step, *edition, upstream).await?,
            (step, partition) => return Err(StepError::Broken(format!("{step} has no partition {partition}"))),
        })
    }

    fn forget_older_than(&self, version: FactVersion) {
        let mut remembered = self.remembered.lock().expect("no panic while it is held");
        if remembered.version.all != version.all {
            remembered.history = None;
        }
        if remembered.version.directory != version.directory {
            remembered.directory = None;
        }
        remembered.version = version;
    }

    async fn run_edition(&self, step: Step, edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
        match step {
            Step::UpcomingTeamGameContext | Step::UpcomingPlayerGameContext => {
                analyse::contexts(self, step, edition, upstream).await
            }
            Step::PlayerDailyCache
            | Step::PlayerShotZoneAnalysis
            | Step::TeamDefenseZoneAnalysis
            | Step::PlayerCompositeFactors
            | Step::MlFeatureStore => featurize::run(self, step, edition, upstream).await,
            Step::Forecast => forecast::run(self, edition, upstream).await,
            Step::Consolidate => consolidate::run(self, edition, upstream).await,
            Step::Publish => publish::run(self, edition, upstream).await,
            Step::Grade => grade::run(self, edition).await,
            Step::SystemDailyPerformance => grade::performance(edition, upstream).await,
            Step::PublishResults => publish::results(self, edition, upstream).await,
            other => Err(StepError::Broken(format!("{other} does not work on editions"))),
        }
    }

    /// Ids, names and the schedule.
    pub(crate) async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        let remembered = self.remembered.lock().expect("no panic while it is held").directory.clone();
        if let Some(directory) = remembered {
            return Ok(directory);
        }
        let directory = Arc::new(self.facts.directory().await?);
        self.remembered.lock().expect("no panic while it is held").directory = Some(directory.clone());
        Ok(directory)
    }

    /// The history of a scope, as known at the cutoff.
    pub(crate) async fn history(&self, scope: HistoryScope, cutoff: Cutoff) -> Result<Arc<History>, StoreError> {
        let remembered = self.remembered.lock().expect("no panic while it is held").history.clone();
        if let Some((_, _, history)) = remembered.filter(|(known, at, _)| *known == scope && *at == cutoff) {
            return Ok(history);
        }
        let history = Arc::new(self.facts.history(&scope, cutoff).await?);
        self.remembered.lock().expect("no panic while it is held").history = Some((scope, cutoff, history.clone()));
        Ok(history)
    }

    /// The features of past slates, each at its morning cutoff, as a night's own steps would have made them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn past_features(
        &self,
        slates: RangeInclusive<GameDate>,
        known_by: Cutoff,
    ) -> Result<Vec<FeatureRow>, StepError> {
        Ok(PastSlates::load(self, slates, known_by).await?.features())
    }

    /// What an edition is about.
    pub(crate) async fn coverage(&self, edition: Edition) -> Result<Coverage, StoreError> {
        let games = self.facts.games(edition.slate..=edition.slate, edition.cutoff).await?;
        let spots = self.facts.lineups(edition.slate, edition.cutoff).await?;
        Ok(Coverage::of(edition, &games, &spots))
    }

    /// The history an edition may use.
    pub(crate) async fn edition_history(&self, edition: Edition) -> Result<Arc<History>, StoreError> {
        let from = GameDate::of(edition.cutoff.instant()).plus_days(-predict::HISTORY_DAYS);
        self.history(HistoryScope { from, to: edition.slate }, edition.cutoff).await
    }
}

/// Takes one kind of rows out of what an upstream step produced; a step that had nothing to do gives none.
macro_rules! upstream_rows {
    ($upstream:expr, $step:expr, $variant:path) => {
        match $upstream.rows($step).await? {
            Some($variant(rows)) => rows,
            None => Default::default(),
            Some(other) => {
                return Err($crate::pipeline::StepError::Broken(format!("{} produced {}", $step, other.kind())));
            }
        }
    };
}
pub(crate) use upstream_rows;
