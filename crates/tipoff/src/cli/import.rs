//! `tipoff import DIR`: an archive of Parquet files into facts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pipeline::source::Source;
use pipeline::source::archive::ArchiveTable;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::app::{ImportReport, TableOutcome, TableReport};

/// Import an archive of seasons (Parquet files) into facts.
///
/// Every file is checked before anything is imported. Importing the same files again writes nothing; rows that differ
/// from those imported before are corrections, known from now on.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff import ../data
  tipoff --data-dir /srv/tipoff import ../data --json
  tipoff import --rules                when each file's rows count as known")]
pub(super) struct Arguments {
    /// Folder with games.parquet, player_games.parquet and the others.
    #[arg(required_unless_present = "rules")]
    directory: Option<PathBuf>,
    /// Only print when each file's rows count as known.
    #[arg(long)]
    rules: bool,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    tables: Vec<TableJson>,
    rows_read: u64,
    rows_written: u64,
    rows_rejected: u64,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct TableJson {
    file: &'static str,
    state: &'static str,
    reason: Option<String>,
    rows_read: u64,
    rows_written: u64,
    rows_rejected: u64,
    rejects: BTreeMap<String, u64>,
    known_at: &'static str,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let Some(directory) = arguments.directory.as_ref().filter(|_| !arguments.rules) else {
        return rules(global);
    };
    let started = std::time::Instant::now();
    let app = global.app().await?;
    let report = app.import(directory).await?;
    let elapsed = started.elapsed();
    if global.json {
        render::json(&Report::of(&report))?;
    } else {
        print(&report);
        println!("{:.1} s, into {}", elapsed.as_secs_f64(), global.data_dir().display());
    }
    Ok(exit(&report))
}

fn exit(report: &ImportReport) -> Exit {
    let failed = |table: &TableReport| matches!(table.outcome, TableOutcome::Failed(_));
    if report.tables.iter().any(failed) { Exit::Failed } else { Exit::Done }
}

fn rules(global: &Global) -> anyhow::Result<Exit> {
    let rules: BTreeMap<&str, &str> =
        ArchiveTable::ALL.into_iter().map(|table| (table.file_name(), table.known_at_rule())).collect();
    if global.json {
        render::json(&rules)?;
    } else {
        for (file, rule) in rules {
            println!("{file}\n  {rule}");
        }
    }
    Ok(Exit::Done)
}

impl Report {
    fn of(report: &ImportReport) -> Self {
        let tables: Vec<TableJson> = report.tables.iter().map(TableJson::of).collect();
        Self {
            schema_version: 1,
            rows_read: tables.iter().map(|table| table.rows_read).sum(),
            rows_written: tables.iter().map(|table| table.rows_written).sum(),
            rows_rejected: tables.iter().map(|table| table.rows_rejected).sum(),
            tables,
            warnings: report.warnings.clone(),
        }
    }
}

impl TableJson {
    fn of(table: &TableReport) -> Self {
        let (state, reason) = match &table.outcome {
            TableOutcome::Imported => ("imported", None),
            TableOutcome::Unchanged => ("unchanged", None),
            TableOutcome::Missing => ("missing", None),
            TableOutcome::Failed(why) => ("failed", Some(why.clone())),
        };
        Self {
            file: table.table.file_name(),
            state,
            reason,
            rows_read: table.rows_read,
            rows_written: table.rows_written,
            rows_rejected: table.rejects.values().sum(),
            rejects: table.rejects.clone(),
            known_at: table.table.known_at_rule(),
        }
    }
}

fn print(report: &ImportReport) {
    use render::Column::{Name, Number, Text};
    let mut table = render::table(&[
        Name("file"),
        Name("state"),
        Number("rows read"),
        Number("written"),
        Number("rejected"),
        Text("why"),
    ]);
    for row in report.tables.iter().map(TableJson::of) {
        let reasons: Vec<String> =
            row.rejects.iter().map(|(reason, count)| format!("{count} {}", reason.replace('_', " "))).collect();
        table.add_row([
            row.file.to_owned(),
            row.state.to_owned(),
            row.rows_read.to_string(),
            row.rows_written.to_string(),
            row.rows_rejected.to_string(),
            row.reason.unwrap_or_else(|| reasons.join(", ")),
        ]);
    }
    println!("{table}");
    for warning in &report.warnings {
        println!("warning: {warning}");
    }
}
