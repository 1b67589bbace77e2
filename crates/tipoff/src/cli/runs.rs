//! `tipoff runs`: what was attempted, what came of it, and where the time went.

use pipeline::Step;
use runtime::judge::Parts;
use runtime::{Attempt, Which};

use super::figures::{self, duration};
use super::{Exit, Global, render};
use crate::app::RunFilter;
use crate::clock_words::{DateWord, moment};
use crate::reports::{AttemptsReport, progress};

/// List attempts, newest first, with what came of each and how long its parts took.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff runs
  tipoff runs --failed --since YESTERDAY
  tipoff runs --step process --limit 100 --json")]
pub(super) struct Arguments {
    /// Of this step only.
    #[arg(long, value_parser = figures::step)]
    step: Option<Step>,
    /// Only those that failed.
    #[arg(long)]
    failed: bool,
    /// Started on this date (US Eastern) or later: TODAY, TOMORROW, YESTERDAY or a date.
    #[arg(long, value_name = "DATE")]
    since: Option<DateWord>,
    /// So many at most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    limit: u32,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let filter = RunFilter {
        step: arguments.step,
        which: if arguments.failed { Which::Failed } else { Which::All },
        since: arguments.since.map(|date| date.resolve(app.now()).at(0, 0)),
        at_most: arguments.limit as usize,
    };
    let attempts = app.runs(filter).await?;
    if global.json {
        render::json(&AttemptsReport::of(&attempts))?;
    } else {
        print(&attempts);
    }
    Ok(Exit::Done)
}

/// A partition with its payload's hash cut short: enough to tell it, and to ask for it.
fn short(partition: &str) -> String {
    match partition.rsplit_once(' ') {
        Some((kind, hash)) if hash.len() == 64 => format!("{kind} {hash:.12}…"),
        _ => partition.to_owned(),
    }
}

fn print(attempts: &[Attempt]) {
    use render::Column::{Name, Number, Text};
    let mut table = render::table(&[
        Number("attempt"),
        Name("started"),
        Name("step"),
        Text("partition"),
        Name("outcome"),
        Number("wait"),
        Number("fetch"),
        Number("compute"),
        Number("write"),
        Number("rows"),
        Text("worker"),
        Text("message"),
    ]);
    for attempt in attempts {
        let Parts { wait, fetch, compute, write } = attempt.into();
        let category = attempt.outcome.category().map(|category| format!(" ({category})")).unwrap_or_default();
        let under_way = || attempt.progress.as_ref().map(progress);
        table.add_row([
            attempt.id.to_string(),
            moment(attempt.started_at),
            attempt.key.step.to_string(),
            short(attempt.key.partition.as_str()),
            format!("{}{category}", attempt.outcome.code()),
            duration(wait),
            duration(fetch),
            duration(compute),
            duration(write),
            attempt.rows_written.to_string(),
            attempt.worker.to_string(),
            attempt.message.clone().or_else(under_way).unwrap_or_default(),
        ]);
    }
    match attempts.len() {
        0 => println!("No attempts."),
        _ => println!("{table}"),
    }
}
