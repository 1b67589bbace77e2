//! Getting facts in: archives imported, deliveries fetched, payloads parsed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use pipeline::plan::{self, DirectoryRole};
use pipeline::ports::{Fetch, LandedPayload};
use pipeline::source::archive::ArchiveTable;
use pipeline::source::{Provider, Source};
use pipeline::{Delivery, Partition, PayloadHash, Rows, Step};
use runtime::{Disposition, RunReport, Task, TaskState, Worker};
use store::AttemptReport;

use super::App;
use super::reconcile::{partition_names, runtime_plan};
use crate::archive_files::ArchiveFiles;

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
    /// Imports an archive.
    ///
    /// # Errors
    /// When the archive is refused as a whole, belongs to another world, or the store fails. A file that turns out
    /// unreadable half-way is no error here but an outcome.
    pub async fn import(&self, directory: &Path) -> anyhow::Result<ImportReport> {
        let files = Arc::new(ArchiveFiles::read(directory, self.now())?);
        self.enter_world("nba").await?;
        let worker = self.worker(Some(files.clone()));
        self.land(&worker, &files.delivery(), |_| true).await?;
        let report = self.process(&worker).await?;
        let landed = self.store.raw.landed().await?;
        let newest = |table: ArchiveTable, hash| {
            landed.iter().rfind(|landing| landing.source == table.id() && landing.hash == hash)
        };
        let payloads: Vec<(ArchiveTable, Partition)> = files
            .payloads()
            .filter_map(|(table, hash)| Some((table, newest(table, hash)?.partition(table.parser_version()))))
            .collect();
        let partitions: Vec<Partition> = payloads.iter().map(|(_, partition)| partition.clone()).collect();
        let attempts = self.store.views.attempt_reports(&partitions).await?;
        let tasks = self.store.ledger.tasks(&partition_names(&partitions)).await?;
        let tables = payloads
            .into_iter()
            .map(|(table, partition)| {
                let attempt = attempts.get(&(Step::Process, partition.clone()));
                table_report(table, &partition, &files, Parsing { tasks: &tasks, report: &report, attempt })
            })
            .chain(files.missing.iter().map(|table| TableReport::missing(*table)))
            .collect();
        let outlived = files.payloads().filter(|(table, hash)| is_outlived(&landed, table.id(), *hash));
        let outlived = outlived.map(|(table, _)| {
            let file = table.file_name();
            format!(
                "{file} was imported before, and another version of it since: where they differ, the later one stands"
            )
        });
        Ok(ImportReport { tables, warnings: files.warnings.iter().cloned().chain(outlived).collect() })
    }

    /// Lands what those sources want of a delivery whose providers a way out leads to.
    ///
    /// # Errors
    /// When the store fails or a payload cannot be had.
    pub async fn fetch(&self, way_out: Arc<dyn Fetch>, to: &[Provider], delivery: &Delivery) -> anyhow::Result<()> {
        let is_asked = |source: &dyn Source| source.provider().is_some_and(|provider| to.contains(&provider));
        self.land(&self.worker(Some(way_out)), delivery, is_asked).await
    }

    /// Parses what has landed.
    ///
    /// # Errors
    /// When the store fails or a payload cannot be parsed.
    pub async fn parse(&self) -> anyhow::Result<()> {
        fail_on_failed(&self.process(&self.worker(None)).await?)
    }

    async fn land(
        &self,
        worker: &Worker<Rows>,
        delivery: &Delivery,
        is_asked: impl Fn(&dyn Source) -> bool,
    ) -> anyhow::Result<()> {
        let planned = plan::landing(delivery, self.directory().await?.as_ref(), is_asked);
        let report = self.execute(worker, &runtime_plan(&planned)).await?;
        fail_on_failed(&report)
    }

    /// Parses what has landed: first what fills the directory, then what is resolved against it.
    pub(super) async fn process(&self, worker: &Worker<Rows>) -> anyhow::Result<RunReport> {
        let mut all = RunReport::default();
        for role in [DirectoryRole::Feeds, DirectoryRole::Reads] {
            let (landed, parsed) = (self.store.raw.landed().await?, self.store.raw.parsed().await?);
            let revision = self.revisions().await?.of_directory();
            let plan = plan::processing(&landed, &parsed, revision, role, self.now());
            all.tasks.extend(self.execute(worker, &runtime_plan(&plan)).await?.tasks);
        }
        Ok(all)
    }
}

/// Whether other bytes of its source landed after these.
fn is_outlived(landed: &[LandedPayload], source: &str, hash: PayloadHash) -> bool {
    let newest = landed.iter().rfind(|landing| landing.source == source);
    newest.is_some_and(|newest| newest.hash != hash)
}

fn fail_on_failed(report: &RunReport) -> anyhow::Result<()> {
    let failed = report.tasks.iter().find_map(|task| match &task.state {
        TaskState::Dead { why, .. } | TaskState::RetryAt { why, .. } => Some((task.key.clone(), why.clone())),
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

/// What became of a file's payload: as the ledger has it, what was done now, and its newest success.
#[derive(Clone, Copy)]
struct Parsing<'a> {
    tasks: &'a [Task],
    report: &'a RunReport,
    attempt: Option<&'a AttemptReport>,
}

fn table_report(table: ArchiveTable, partition: &Partition, files: &ArchiveFiles, parsing: Parsing<'_>) -> TableReport {
    let name = partition.to_string();
    let Parsing { tasks, report, attempt } = parsing;
    let task = tasks.iter().find(|task| task.key.partition.as_str() == name);
    let now = report.tasks.iter().find(|task| task.key.partition.as_str() == name);
    let outcome = match (task.map(|task| &task.state), now) {
        // Bytes that could not be read once are not read again, and are no better for it.
        (Some(TaskState::Dead { why, .. }), _) => TableOutcome::Failed(why.clone()),
        (_, Some(now)) if now.disposition == Disposition::Ran => TableOutcome::Imported,
        _ => TableOutcome::Unchanged,
    };
    TableReport {
        table,
        rows_read: files.rows(table),
        rows_written: now.map_or(0, |now| now.rows_written),
        rejects: match outcome {
            TableOutcome::Failed(_) => BTreeMap::new(),
            _ => attempt.map(|attempt| attempt.rejects.clone()).unwrap_or_default(),
        },
        outcome,
    }
}
