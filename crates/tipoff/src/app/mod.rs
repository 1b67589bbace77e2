//! Every operator action, once: what the command line calls, and whatever else will.

mod actions;
mod alerts;
mod backfill;
mod backtest;
mod calibration;
pub(crate) mod dead_letters;
mod doctor;
mod edition;
pub(crate) mod external;
mod features;
mod freshness;
pub(crate) mod grid;
mod holding;
mod identity;
mod import;
pub(crate) mod keys;
mod latency;
mod laws;
mod looks;
#[cfg(test)]
pub(crate) mod past;
mod providers;
mod readings;
pub(crate) mod reconcile;
mod remembered;
mod reparse;
mod runs;
pub(crate) mod scene;
mod sla;
mod span;
mod speed;
#[cfg(test)]
mod storm;
pub(crate) mod upkeep;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Edition;
use jiff::Timestamp;
use pipeline::ports::Fetch;
use pipeline::{Markets, Partition, Pipeline, Rows, Step};
use runtime::state::StepPolicy;
use runtime::{Clock, Observer, Reaper, Registry, StepId, Threads, Worker};
use store::Store;

pub use actions::{Action, Effect};
pub use alerts::WhichAlerts;
pub use backfill::Backfilled;
pub use backtest::KeptTrees;
pub use calibration::{Calibration, ReliabilityBin};
pub use dead_letters::{Selection, Treatment};
pub use edition::EditionReport;
pub use features::FeatureReport;
pub(crate) use freshness::Freshness;
pub use grid::{Grid, GridCell, HeldUp};
pub use holding::Holdable;
pub(crate) use identity::NoLink;
pub use identity::Unresolved;
pub use import::{ImportReport, TableOutcome, TableReport};

pub use latency::Latencies;
pub use laws::{Grounds, Laws};
pub(crate) use providers::ProviderStanding;
pub use readings::Reading;
pub use reparse::Reparse;
pub use runs::RunFilter;
pub use sla::SlaReport;
pub use span::SlateRow;
pub use speed::{NewestRun, Regressions};

use crate::fetch::{Live, Patience, Providers};
use crate::handlers;
use crate::settings::Settings;

/// The setting that says what models are trained for.
pub(crate) const MARKETS: &str = "TIPOFF_MARKETS";

/// The setting from when the systems' records are believed.
pub(crate) const RECORDS_SINCE: &str = "TIPOFF_RECORDS_SINCE";

/// A data directory, open for work.
pub struct App {
    /// The data directory.
    pub data_dir: PathBuf,
    /// Its store.
    pub store: Store,
    /// What this process is set up with.
    pub settings: Settings,
    /// What models are trained for.
    pub markets: Markets,
    /// What was published before this day raises no alarm.
    records_since: Option<domain::GameDate>,
    pub(crate) clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
    remembered: remembered::Remembered,
}

impl App {
    /// Opens a data directory with the store in it for work, creating both if need be.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(data_dir: &Path, clock: Arc<dyn Clock>, observer: Arc<dyn Observer>) -> anyhow::Result<Self> {
        Self::over(Store::create(data_dir)?, data_dir, clock, observer).await
    }

    /// Works over a store, wherever it is, and first closes what a killed process left open there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn over(
        store: Store,
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        observer: Arc<dyn Observer>,
    ) -> anyhow::Result<Self> {
        let (settings, remembered) = (Settings::default(), remembered::Remembered::default());
        let markets = Markets::default();
        let (data_dir, records_since) = (data_dir.to_owned(), None);
        let app = Self { data_dir, store, settings, markets, records_since, clock, observer, remembered };
        app.reaper().tick().await?;
        Ok(app)
    }

    /// A data directory that is only looked at.
    pub fn look(data_dir: &Path, store: Store, clock: Arc<dyn Clock>) -> Self {
        let (settings, observer) = (Settings::default(), Arc::new(runtime::Silent));
        Self {
            data_dir: data_dir.to_owned(),
            store,
            settings,
            markets: Markets::default(),
            records_since: None,
            clock,
            observer,
            remembered: remembered::Remembered::default(),
        }
    }

    /// The same, set up so; without it nothing is set.
    ///
    /// # Errors
    /// When the markets that are set are none.
    pub fn set_up(self, settings: Settings) -> anyhow::Result<Self> {
        let markets = settings.text(MARKETS).map(str::parse).transpose();
        let markets = markets.map_err(|error: domain::ParseError| anyhow::anyhow!("{MARKETS}: {error}"))?;
        let records_since = settings.text(RECORDS_SINCE).map(str::parse).transpose();
        let records_since =
            records_since.map_err(|error: domain::ParseError| anyhow::anyhow!("{RECORDS_SINCE}: {error}"))?;
        Ok(Self { settings, markets: markets.unwrap_or_default(), records_since, ..self })
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Marks whose data the store holds, and refuses to mix two worlds.
    ///
    /// # Errors
    /// When the store holds another world's data.
    pub async fn enter_world(&self, world: &str) -> anyhow::Result<()> {
        let bears = self.store.views.claim_world(world).await?;
        anyhow::ensure!(
            bears == world,
            "{} holds data of {bears:?}, and {world:?} data must not be mixed with it: use another --data-dir",
            self.data_dir.display()
        );
        Ok(())
    }

    /// What a step of an edition produced last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn output(&self, edition: Edition, step: Step) -> anyhow::Result<Option<Arc<Rows>>> {
        let tasks = self.store.ledger.tasks(&[Partition::Edition(edition).to_string().into()]).await?;
        let task = tasks.into_iter().find(|task| task.key.step.as_str() == step.name());
        match task.and_then(|task| task.output) {
            Some(output) => Ok(Some(self.rows(step, output).await?)),
            None => Ok(None),
        }
    }

    /// A worker of this process; `fetch` is its way out, where it has one. Without one it leaves what is to be fetched to others.
    pub(crate) fn worker(&self, fetch: Option<Arc<dyn Fetch>>) -> Worker<Rows> {
        let declined = if fetch.is_some() { Vec::new() } else { vec![StepId::from(Step::Land.name())] };
        let Store { ledger, worker, .. } = &self.store;
        let (clock, observer) = (self.clock.clone(), self.observer.clone());
        Worker::new(worker.clone(), ledger.clone(), self.registry(fetch), clock, observer, Arc::new(Threads))
            .declining(declined)
    }

    /// The way out to live providers, where any are.
    pub(crate) fn way_out(&self, live: &Live) -> anyhow::Result<Option<Arc<dyn Fetch>>> {
        if live.providers().is_empty() {
            return Ok(None);
        }
        let kept = (self.store.ledger.clone(), self.store.providers.clone());
        let providers = Providers::of(live, kept, self.clock.clone(), Patience::default())?;
        Ok(Some(Arc::new(providers)))
    }

    /// What closes the attempts of workers that are gone.
    pub(crate) fn reaper(&self) -> Reaper<Rows> {
        let registry = self.registry(None);
        let policy =
            move |step: &StepId| registry.get(step).map_or_else(StepPolicy::default, |handler| handler.policy());
        Reaper {
            ledger: self.store.ledger.clone(),
            clock: self.clock.clone(),
            liveness: self.store.liveness.clone(),
            policy: Arc::new(policy),
        }
    }

    fn registry(&self, fetch: Option<Arc<dyn Fetch>>) -> Registry<Rows> {
        handlers::registry(&Arc::new(self.pipeline(fetch)), &self.store.views)
    }

    /// The steps over this store; `fetch` is their way out, where they have one.
    fn pipeline(&self, fetch: Option<Arc<dyn Fetch>>) -> Pipeline {
        let Store { raw, facts, outputs, answers, .. } = &self.store;
        let pipeline = Pipeline::new(raw.clone(), facts.clone(), outputs.clone(), answers.clone(), fetch);
        pipeline.for_markets(self.markets.clone()).counting_records_since(self.records_since)
    }
}
