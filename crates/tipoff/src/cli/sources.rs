//! `tipoff sources`: how providers stand, how fresh each source is and how far it is believed; `tipoff sources read`, what a file says.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Exit, Global, render};
use crate::reports::{FindingReport, ProviderReport, QuotaReport, ReadingReport, SourcesReport};

/// Sources: how providers stand, when each was last heard of, and how far its newest payload is believed.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff sources
  tipoff sources read boxscore_0022400561.json
  tipoff --now 2025-03-04T13:36:00Z sources read odds.json --source odds_api_event_odds --json")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Doing>,
}

#[derive(Subcommand)]
enum Doing {
    /// Parse files as if they had been fetched just now, and show what they say. Nothing is kept.
    Read {
        /// Files with payloads as providers send them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Whose payloads they are; recognised by their content unless it is said.
        #[arg(long)]
        source: Option<String>,
    },
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    match &arguments.action {
        None => list(global).await,
        Some(Doing::Read { files, source }) => read(files, source.as_deref(), global).await,
    }
}

async fn list(global: &Global) -> anyhow::Result<Exit> {
    let report = SourcesReport::of(&global.look().await?).await?;
    if global.json {
        render::json(&report)?;
        return Ok(Exit::Done);
    }
    providers(&report.providers);
    use render::Column::{Name, Number, Text};
    let headings = [
        Name("source"),
        Name("provider"),
        Number("payloads"),
        Name("newest"),
        Name("expected"),
        Name("late by"),
        Name("verdict"),
        Text("findings"),
    ];
    let mut table = render::table(&headings);
    for source in report.sources {
        table.add_row([
            source.source,
            source.provider.unwrap_or("files").to_owned(),
            source.payloads.to_string(),
            source.newest_landed_at.unwrap_or_else(|| "never".to_owned()),
            source.last_expected_at.unwrap_or_default(),
            source.late_by_seconds.map_or(String::new(), |late| format!("{} min", late / 60)),
            source.verdict.unwrap_or_default().to_owned(),
            source.findings.iter().map(|finding| finding.detail.as_str()).collect::<Vec<_>>().join("; "),
        ]);
    }
    println!("{table}");
    Ok(Exit::Done)
}

/// The providers that are live here, or were asked today, or are left alone.
fn providers(reports: &[ProviderReport]) {
    use render::Column::{Name, Number, Text};
    let is_shown =
        |report: &&ProviderReport| report.is_live || report.asked_today > 0 || report.breaker.state != "closed";
    let shown: Vec<&ProviderReport> = reports.iter().filter(is_shown).collect();
    if shown.is_empty() {
        return;
    }
    let mut table = render::table(&[
        Name("provider"),
        Number("asked today"),
        Number("failed"),
        Number("refused"),
        Number("MB"),
        Number("quota left"),
        Name("last answer"),
        Text("breaker"),
        Text("last failure"),
    ]);
    for report in shown {
        let outcomes = &report.outcomes_today;
        table.add_row([
            report.provider.to_owned(),
            report.asked_today.to_string(),
            outcomes.failed.to_string(),
            outcomes.refused.to_string(),
            format!("{:.1}", report.bytes_today as f64 / 1e6),
            report.quota.as_ref().map_or(String::new(), QuotaReport::words),
            report.last_answered_at.clone().unwrap_or_else(|| "never".to_owned()),
            report.breaker.words(),
            report.failure_words(),
        ]);
    }
    println!("{table}");
}

async fn read(files: &[PathBuf], source: Option<&str>, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let mut readings = Vec::new();
    for file in files {
        readings.push(ReadingReport::of(&app.read_payload(file, source).await?));
    }
    let exit = if readings.iter().any(|reading| reading.verdict == "block") { Exit::Failed } else { Exit::Done };
    if global.json {
        render::json(&readings)?;
        return Ok(exit);
    }
    readings.iter().for_each(show);
    Ok(exit)
}

fn show(reading: &ReadingReport) {
    println!("{}: {}, {} rows, {}", reading.file, reading.source, reading.rows_read, reading.verdict);
    for (table, count) in &reading.facts {
        println!("  {count:>6} {table}");
    }
    for reject in &reading.rejects {
        println!("  {:>6} rejected: {}, such as {:?}", reject.count, reject.reason, reject.examples);
    }
    for FindingReport { check, verdict, detail } in &reading.findings {
        println!("  {verdict}: {check}: {detail}");
    }
}
