//! Every operator action, once: what the command line calls, and whatever else will.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use domain::{Cutoff, Edition, GameDate};
use jiff::Timestamp;
use pipeline::plan::{self, DirectoryRole, Planned, Readiness, Standing, World};
use pipeline::ports::Fetch;
use pipeline::source::Source;
use pipeline::source::archive::ArchiveTable;
use pipeline::{Delivery, Partition, Pipeline, Rows, Step};
use runtime::{
    Attempt, Clock, Executor, Fingerprint, Observer, Order, PlannedTask, RunReport, StepId, SystemClock, Task, TaskKey,
    TaskState,
};
use store::{AttemptReport, Store};

use crate::archive_files::ArchiveFiles;
use crate::clock_words::AsOf;
use crate::handlers;
use crate::published;

/// A data directory, open for work.
pub struct App {
    /// The data directory.
    pub data_dir: PathBuf,
    /// Its store.
    pub store: Store,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
}

/// What came of an action on an edition.
#[derive(Debug)]
pub struct EditionReport {
    /// The edition.
    pub edition: Edition,
    /// Games of its slate.
    pub games: usize,
    /// What its tasks came to.
    pub tasks: Vec<runtime::TaskReport>,
    /// Tasks before it that were attempted: payloads, summaries, training.
    pub earlier: RunReport,
    /// The files it is published under.
    pub files: Vec<PathBuf>,
}

/// What came of an import.
#[derive(Debug)]
pub struct ImportReport {
    /// One a file.
    pub tables: Vec<TableReport>,
    /// What is odd and harmless.
    pub warnings: Vec<String>,
}

/// What came of one file of an archive.
#[derive(Debug)]
pub struct TableReport {
    /// Which file.
    pub table: ArchiveTable,
    /// What happened to it.
    pub outcome: TableOutcome,
    /// Rows in the file.
    pub rows_read: u64,
    /// Rows added to the store.
    pub rows_written: u64,
    /// Rows that could not be used, by reason.
    pub rejects: BTreeMap<String, u64>,
}

/// What happened to one file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableOutcome {
    /// It was parsed.
    Imported,
    /// These bytes had been parsed before.
    Unchanged,
    /// It is not there.
    Missing,
    /// It could not be parsed.
    Failed(String),
}

impl App {
    /// Opens a data directory for work, creating it if need be, and closes what a killed process left open.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(data_dir: &Path, observer: Arc<dyn Observer>) -> anyhow::Result<Self> {
        let store = Store::create(data_dir)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        store.ledger.close_lost(clock.now()).await?;
        Ok(Self { data_dir: data_dir.to_owned(), store, clock, observer })
    }

    /// A data directory that is only looked at.
    pub fn look(data_dir: &Path, store: Store) -> Self {
        Self { data_dir: data_dir.to_owned(), store, clock: Arc::new(SystemClock), observer: Arc::new(runtime::Silent) }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Imports an archive.
    ///
    /// # Errors
    /// When the archive is refused as a whole, belongs to another world, or the store fails. A file that turns out
    /// unreadable half-way is no error here but an outcome.
    pub async fn import(&self, directory: &Path) -> anyhow::Result<ImportReport> {
        let files = Arc::new(ArchiveFiles::read(directory, self.now())?);
        self.enter_world("nba").await?;
        let executor = self.executor(Some(files.clone()));
        self.land(&executor, &files.delivery()).await?;
        let report = self.process(&executor).await?;
        let payloads: Vec<(ArchiveTable, Partition)> = files
            .payloads()
            .map(|(table, hash)| {
                let (source, parser) = (table.id().to_owned(), table.parser_version());
                (table, Partition::Payload { source, parser, hash })
            })
            .collect();
        let partitions: Vec<Partition> = payloads.iter().map(|(_, partition)| partition.clone()).collect();
        let attempts = self.store.views.attempt_reports(&partitions).await?;
        let tables = payloads
            .into_iter()
            .map(|(table, partition)| {
                let attempt = attempts.get(&(Step::Process, partition.clone()));
                table_report(table, &partition, &files, &report, attempt)
            })
            .chain(files.missing.iter().map(|table| TableReport::missing(*table)))
            .collect();
        Ok(ImportReport { tables, warnings: files.warnings.clone() })
    }

    /// Lands what a way out delivers.
    ///
    /// # Errors
    /// When the store fails or a payload cannot be had.
    pub async fn fetch(&self, way_out: Arc<dyn Fetch>, delivery: &Delivery) -> anyhow::Result<()> {
        self.land(&self.executor(Some(way_out)), delivery).await
    }

    /// Parses what has landed.
    ///
    /// # Errors
    /// When the store fails or a payload cannot be parsed.
    pub async fn parse(&self) -> anyhow::Result<()> {
        fail_on_failed(&self.process(&self.executor(None)).await?)
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

    async fn land(&self, executor: &Executor<Rows>, delivery: &Delivery) -> anyhow::Result<()> {
        let report = executor.run(&runtime_plan(&[plan::landing(delivery)])).await?;
        fail_on_failed(&report)
    }

    /// Parses what has landed: first what fills the directory, then what is resolved against it.
    async fn process(&self, executor: &Executor<Rows>) -> anyhow::Result<RunReport> {
        let mut all = RunReport::default();
        for role in [DirectoryRole::Feeds, DirectoryRole::Reads] {
            let (landed, parsed) = (self.store.raw.landed().await?, self.store.raw.parsed().await?);
            let revision = self.world().await?.directory_revision;
            let plan = plan::processing(&landed, &parsed, revision, role);
            all.tasks.extend(executor.run(&runtime_plan(&plan)).await?.tasks);
        }
        Ok(all)
    }

    /// The edition of a slate at a cutoff: the morning one, or as of an instant asked for.
    ///
    /// # Errors
    /// When the instant lies in the future: nobody knows yet what will be known then.
    pub async fn edition(&self, slate: GameDate, as_of: Option<AsOf>) -> anyhow::Result<Edition> {
        let now = self.now();
        if let Some(as_of) = as_of {
            let cutoff = as_of.resolve(slate);
            anyhow::ensure!(cutoff <= now, "--as-of {cutoff} lies in the future: what will be known then is not known");
            return Ok(Edition { slate, cutoff: Cutoff::at(cutoff) });
        }
        let world = self.world().await?;
        let games = world.games.get(&slate).map_or(&[][..], Vec::as_slice);
        let first = games.iter().map(domain::Game::earliest_tipoff).min();
        let morning = Edition::morning(slate, first);
        // Before one o'clock the edition is of this minute.
        let minute = Timestamp::from_second(now.as_second().div_euclid(60) * 60).unwrap_or(now);
        Ok(Edition { slate, cutoff: morning.cutoff.min(Cutoff::at(minute)) })
    }

    /// Predicts and publishes one edition: everything before it that is not done, then its own steps.
    ///
    /// # Errors
    /// When the store or the file system fails; a step that fails is an outcome.
    pub async fn run(&self, edition: Edition) -> anyhow::Result<EditionReport> {
        let executor = self.executor(None);
        let mut earlier = self.process(&executor).await?;
        earlier.tasks.extend(self.prepare(&executor, edition).await?.tasks);
        let report = self.reconcile(&executor, edition, |world| world.edition(edition)).await?;
        self.finish(edition, report, earlier, Step::Publish).await
    }

    /// Brings everything up to date that an edition rests on: summaries of the slates before it, and its models.
    async fn prepare(&self, executor: &Executor<Rows>, edition: Edition) -> anyhow::Result<RunReport> {
        let month = edition.slate.first_of_month();
        let mut report = self.reconcile(executor, edition, |world| world.summaries(edition.slate)).await?;
        report.tasks.extend(self.reconcile(executor, edition, |world| world.training(month)).await?.tasks);
        Ok(report)
    }

    /// Trains the models that slates of a date's month may use.
    ///
    /// # Errors
    /// When the store fails; a step that fails is an outcome.
    pub async fn train(&self, date: GameDate) -> anyhow::Result<RunReport> {
        let edition = Edition::morning(date, None);
        let executor = self.executor(None);
        let mut report = self.process(&executor).await?;
        report.tasks.extend(self.prepare(&executor, edition).await?.tasks);
        Ok(report)
    }

    /// Merges and prices an edition's forecasts again, by hand.
    ///
    /// # Errors
    /// When the store fails; a step that fails is an outcome.
    pub async fn consolidate(&self, edition: Edition) -> anyhow::Result<EditionReport> {
        let executor = self.executor(None);
        let through = |world: &World| {
            let steps = world.edition(edition);
            steps.into_iter().filter(|planned| planned.step <= Step::Consolidate).collect()
        };
        let report = self.reconcile(&executor, edition, through).await?;
        self.finish(edition, report, RunReport::default(), Step::Consolidate).await
    }

    /// Grades an edition and publishes its results.
    ///
    /// # Errors
    /// When the store or the file system fails; a step that fails is an outcome.
    pub async fn grade(&self, edition: Edition) -> anyhow::Result<EditionReport> {
        let executor = self.executor(None);
        let earlier = self.process(&executor).await?;
        let report = self.reconcile(&executor, edition, |world| world.grading(edition)).await?;
        self.finish(edition, report, earlier, Step::PublishResults).await
    }

    /// Writes the files, tells whether they are fresh, and puts the report together.
    async fn finish(
        &self,
        edition: Edition,
        report: RunReport,
        earlier: RunReport,
        last: Step,
    ) -> anyhow::Result<EditionReport> {
        let files = published::project(&self.store, &self.data_dir, edition.slate).await?;
        let games = self.world().await?.games.get(&edition.slate).map_or(0, Vec::len);
        let tasks = newest_reports(report);
        if last == Step::Publish {
            let problem = tasks.iter().find(|task| task.key.step.as_str() == last.name()).and_then(unpublished);
            published::tell(&self.store, &self.data_dir, edition.slate, problem.as_deref()).await?;
        }
        Ok(EditionReport { edition, games, tasks, earlier, files })
    }

    /// The edition of a slate to look at or grade: the newest published one, or else the morning one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn published_edition(&self, slate: GameDate) -> anyhow::Result<Edition> {
        match self.store.views.published_editions(slate).await?.pop() {
            Some(edition) => Ok(edition),
            None => self.edition(slate, None).await,
        }
    }

    /// Plans and executes until nothing is left to attempt. Some readiness follows from work just done, so a plan is
    /// made anew after each round; work that fails is not attempted twice.
    async fn reconcile(
        &self,
        executor: &Executor<Rows>,
        edition: Edition,
        plan: impl Fn(&World) -> Vec<Planned>,
    ) -> anyhow::Result<RunReport> {
        let mut all = RunReport::default();
        for _ in 0..MAX_ROUNDS {
            let planned = self.plan(edition, &plan).await?;
            let report = executor.run(&runtime_plan(&planned)).await?;
            let progressed = report.tasks.iter().any(|task| {
                task.disposition == runtime::Disposition::Ran && !matches!(task.state, TaskState::Failed { .. })
            });
            all.tasks.extend(report.tasks);
            if !progressed {
                break;
            }
        }
        Ok(all)
    }

    async fn plan(&self, edition: Edition, plan: impl Fn(&World) -> Vec<Planned>) -> anyhow::Result<Vec<Planned>> {
        let mut world = self.world().await?;
        let games = self.store.facts.games(edition.slate..=edition.slate, edition.cutoff).await?;
        world.games_known = games.iter().filter(|game| game.open(edition.cutoff).is_some()).count();
        let earlier = self.store.outputs.performance(edition.slate.plus_days(-1)).await?;
        world.earlier_records = Fingerprint::of(earlier.iter().map(|record| format!("{record:?}"))).to_string();
        let mut partitions: Vec<Partition> = plan(&world).into_iter().map(|planned| planned.partition).collect();
        partitions.extend(watched(&world, edition));
        world.tasks = self.standings(&partitions).await?;
        Ok(plan(&world))
    }

    async fn standings(&self, partitions: &[Partition]) -> anyhow::Result<BTreeMap<(Step, Partition), Standing>> {
        let mut names: Vec<runtime::Partition> =
            partitions.iter().map(|partition| partition.to_string().into()).collect();
        names.sort();
        names.dedup();
        let tasks = self.store.ledger.tasks(&names).await?;
        Ok(tasks
            .into_iter()
            .filter_map(|task| {
                let partition = task.key.partition.as_str().parse().ok()?;
                Some(((Step::named(task.key.step.as_str())?, partition), standing(&task)))
            })
            .collect())
    }

    /// Schedule and revisions, as planning needs them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn world(&self) -> anyhow::Result<World> {
        let directory = self.store.facts.directory().await?;
        Ok(World::new(directory.games().cloned(), self.store.facts.revisions().await?))
    }

    /// A slate's part of the grid: its tasks with their newest attempts, planned ones included.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn grid(&self, edition: Edition) -> anyhow::Result<Vec<GridCell>> {
        let cells = self
            .plan(edition, |world| {
                let of_slate = |planned: &Planned| planned.partition == Partition::Slate(edition.slate);
                let summaries = world.summaries(edition.slate).into_iter().filter(of_slate);
                let month = edition.slate.first_of_month();
                let is_model = |planned: &Planned| planned.step == Step::TrainModels;
                let models = world.training(month).into_iter().filter(is_model);
                models.chain(world.edition(edition)).chain(summaries).chain(world.grading(edition)).collect()
            })
            .await?;
        let partitions = runtime_partitions(&cells);
        let tasks: BTreeMap<TaskKey, Task> =
            self.store.ledger.tasks(&partitions).await?.into_iter().map(|task| (task.key.clone(), task)).collect();
        let attempts: BTreeMap<TaskKey, Attempt> = self
            .store
            .ledger
            .newest_attempts(&partitions)
            .await?
            .into_iter()
            .map(|attempt| (attempt.key.clone(), attempt))
            .collect();
        Ok(cells
            .into_iter()
            .map(|planned| {
                let key = TaskKey::new(planned.step.name(), planned.partition.to_string());
                let existing = tasks.get(&key).map(|task| task.state.clone());
                let state = existing
                    .filter(|state| *state != TaskState::Planned)
                    .unwrap_or_else(|| planned_state(&planned.readiness));
                GridCell {
                    step: planned.step,
                    state,
                    attempt: attempts.get(&key).cloned(),
                    partition: planned.partition,
                }
            })
            .collect())
    }

    /// What a step of an edition produced last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn output(&self, edition: Edition, step: Step) -> anyhow::Result<Option<Rows>> {
        let tasks = self.store.ledger.tasks(&[Partition::Edition(edition).to_string().into()]).await?;
        let task = tasks.into_iter().find(|task| task.key.step.as_str() == step.name());
        match task.and_then(|task| task.output) {
            Some(output) => Ok(Some(self.store.views.rows(step, output).await?)),
            None => Ok(None),
        }
    }

    fn executor(&self, fetch: Option<Arc<dyn Fetch>>) -> Executor<Rows> {
        let Store { ledger, raw, facts, outputs, views } = &self.store;
        let pipeline = Arc::new(Pipeline::new(raw.clone(), facts.clone(), outputs.clone(), fetch));
        let registry = handlers::registry(&pipeline, views);
        Executor::new(ledger.clone(), registry, self.clock.clone(), self.observer.clone())
    }
}

/// Rounds of planning and work before something must be wrong with the plan.
const MAX_ROUNDS: usize = 8;

/// A cell of the grid: a task, where it stands, and its newest attempt.
#[derive(Debug, Clone)]
pub struct GridCell {
    /// Which step.
    pub step: Step,
    /// On what.
    pub partition: Partition,
    /// Where it stands.
    pub state: TaskState,
    /// Its newest attempt, if there was one.
    pub attempt: Option<Attempt>,
}

fn planned_state(readiness: &Readiness) -> TaskState {
    match readiness {
        Readiness::Ready { .. } => TaskState::Planned,
        Readiness::NotYet { until, why } => TaskState::NotYet { until: *until, why: why.clone() },
        Readiness::Nothing { why } => TaskState::Nothing { why: why.clone() },
    }
}

/// Partitions outside a plan whose standing decides its readiness.
fn watched(world: &World, edition: Edition) -> Vec<Partition> {
    let learnt_from = pipeline::training_slates(edition.slate.first_of_month());
    let recent = learnt_from.start().plus_days(-90)..=edition.slate;
    let mut partitions: Vec<Partition> = world.games.range(recent).map(|(slate, _)| Partition::Slate(*slate)).collect();
    partitions.push(Partition::Month(edition.slate.first_of_month()));
    partitions.push(Partition::Edition(edition));
    partitions
}

fn standing(task: &Task) -> Standing {
    match (&task.state, task.output) {
        (TaskState::Done, Some(output)) => Standing::Done(output.0),
        (TaskState::Nothing { .. }, _) => Standing::Nothing,
        (TaskState::Failed { why, .. }, _) => Standing::Failed(why.clone()),
        _ => Standing::Open,
    }
}

/// The plan in the runtime's words.
fn runtime_plan(plan: &[Planned]) -> Vec<PlannedTask> {
    plan.iter()
        .map(|planned| {
            let spec = planned.step.spec();
            let readiness = match &planned.readiness {
                Readiness::Ready { inputs } => runtime::Readiness::Ready { inputs: Fingerprint::of(inputs) },
                Readiness::NotYet { until, why } => runtime::Readiness::NotYet { until: *until, why: why.clone() },
                Readiness::Nothing { why } => runtime::Readiness::Nothing { why: why.clone() },
            };
            PlannedTask {
                key: TaskKey::new(spec.name, planned.partition.to_string()),
                step_version: spec.version,
                needs: spec.needs.iter().map(|need| StepId::from(need.name())).collect(),
                readiness,
                order: order(planned.step),
            }
        })
        .collect()
}

/// Later payloads correct earlier ones, so they are parsed in order. A month of features uses every core by itself and
/// holds four seasons of history, so there is one at a time.
fn order(step: Step) -> Order {
    match step {
        Step::Process | Step::TrainingFeatures => Order::AsPlanned,
        _ => Order::Any,
    }
}

fn runtime_partitions(plan: &[Planned]) -> Vec<runtime::Partition> {
    let mut names: Vec<runtime::Partition> = plan.iter().map(|planned| planned.partition.to_string().into()).collect();
    names.sort();
    names.dedup();
    names
}

/// One report a task: the last round's.
fn newest_reports(report: RunReport) -> Vec<runtime::TaskReport> {
    let mut newest: Vec<runtime::TaskReport> = Vec::new();
    for task in report.tasks {
        match newest.iter_mut().find(|existing| existing.key == task.key) {
            // A later round that found nothing changed says less than the attempt before it.
            Some(_) if task.disposition == runtime::Disposition::Unchanged => {}
            Some(existing) => *existing = task,
            None => newest.push(task),
        }
    }
    newest
}

/// Why a publishing task did not publish.
fn unpublished(task: &runtime::TaskReport) -> Option<String> {
    match &task.state {
        TaskState::Done | TaskState::Nothing { .. } => None,
        state => Some(state.why().unwrap_or(state.code()).to_owned()),
    }
}

fn fail_on_failed(report: &RunReport) -> anyhow::Result<()> {
    let failed = report.tasks.iter().find_map(|task| match &task.state {
        TaskState::Failed { why, .. } => Some((task.key.clone(), why.clone())),
        _ => None,
    });
    match failed {
        Some((key, why)) => Err(anyhow::anyhow!(why)).with_context(|| format!("{key} failed")),
        None => Ok(()),
    }
}

impl TableReport {
    fn missing(table: ArchiveTable) -> Self {
        Self { table, outcome: TableOutcome::Missing, rows_read: 0, rows_written: 0, rejects: BTreeMap::new() }
    }
}

fn table_report(
    table: ArchiveTable,
    partition: &Partition,
    files: &ArchiveFiles,
    report: &RunReport,
    attempt: Option<&AttemptReport>,
) -> TableReport {
    let name = partition.to_string();
    let task = report.tasks.iter().find(|task| task.key.partition.as_str() == name);
    let outcome = match task {
        Some(runtime::TaskReport { state: TaskState::Failed { why, .. }, .. }) => TableOutcome::Failed(why.clone()),
        Some(task) if task.disposition == runtime::Disposition::Ran => TableOutcome::Imported,
        _ => TableOutcome::Unchanged,
    };
    TableReport {
        table,
        rows_read: files.rows(table),
        rows_written: task.map_or(0, |task| task.rows_written),
        rejects: match outcome {
            TableOutcome::Failed(_) => BTreeMap::new(),
            _ => attempt.map(|attempt| attempt.rejects.clone()).unwrap_or_default(),
        },
        outcome,
    }
}
