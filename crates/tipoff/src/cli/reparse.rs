//! `tipoff reparse`: landed bytes parsed again with today's parser.

use pipeline::source;
use runtime::{Disposition, TaskState};
use serde::Serialize;

use super::actions::How;
use super::{Exit, Global, render};
use crate::app::{Action, Reparse};
use crate::clock_words::DateWord;
use crate::reports::{EffectReport, Mode};

/// Parse what has landed of a source again, with today's parser and the names that are known today.
///
/// What it says otherwise than before becomes another version of the fact; nothing that came later is taken back.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff reparse --source odds_api_event_odds --from 2025-01-10 --to 2025-01-15 --dry-run
  tipoff reparse --source espn_summary --from YESTERDAY --to TODAY --json")]
pub(super) struct Arguments {
    /// Whose payloads: `tipoff sources` lists them.
    #[arg(long, value_parser = source_id)]
    source: String,
    /// The first day on which they landed: TODAY, YESTERDAY (US Eastern) or a date.
    #[arg(long)]
    from: DateWord,
    /// The last day.
    #[arg(long)]
    to: DateWord,
    #[command(flatten)]
    how: How,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    action: EffectReport,
    /// Payloads that were parsed here; others do it where they are at work.
    parsed: usize,
    /// Versions of facts that came of it.
    rows_written: u64,
    /// Payloads that cannot be read, and why.
    failed: Vec<String>,
}

fn source_id(name: &str) -> Result<String, String> {
    let known = source::all().into_iter().any(|source| source.id() == name);
    known.then(|| name.to_owned()).ok_or_else(|| "no source is called so; `tipoff sources` lists them".to_owned())
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let now = global.clock().now();
    let (from, to) = (arguments.from.resolve(now), arguments.to.resolve(now));
    anyhow::ensure!(from <= to, "--from {from} is after --to {to}");
    let what = Reparse { source: arguments.source.clone(), landed: from..=to, asked_at: now };
    if arguments.how.is_dry_run() {
        return super::actions::act(&Action::Reparse(what), &arguments.how, global).await;
    }
    let app = global.app().await?;
    let action = EffectReport::of(&app, &Action::Reparse(what.clone()), Mode::Act, &super::operator()).await?;
    let tasks = app.reparse(&what).await?.tasks;
    let failed = tasks.iter().filter_map(|task| match &task.state {
        TaskState::Dead { why, .. } | TaskState::RetryAt { why, .. } => Some(format!("{}: {why}", task.key.partition)),
        _ => None,
    });
    let report = Report {
        schema_version: 1,
        action,
        parsed: tasks.iter().filter(|task| task.disposition == Disposition::Ran).count(),
        rows_written: tasks.iter().map(|task| task.rows_written).sum(),
        failed: failed.collect(),
    };
    let exit = if report.failed.is_empty() { Exit::Done } else { Exit::Failed };
    if global.json {
        render::json(&report)?;
        return Ok(exit);
    }
    let Report { parsed, rows_written, failed, .. } = &report;
    println!("{parsed} payloads were parsed again; {rows_written} versions of facts came of it.");
    failed.iter().for_each(|failed| println!("{failed}"));
    Ok(exit)
}
