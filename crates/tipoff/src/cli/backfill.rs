//! `tipoff backfill`: past slates, predicted as of their cutoffs and graded.

use std::sync::Arc;

use domain::GameDate;
use pipeline::Step;
use runtime::Silent;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::app::Backfilled;
use crate::progress::Steps;

/// Predict, publish and grade every slate of a range, oldest first, each as of its own cutoff.
///
/// What is done already is left as it is, so it can be stopped and started again at any time.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff backfill --from 2025-01-01 --to 2025-01-31
  tipoff backfill --from 2024-10-22 --to 2025-04-13 --json")]
pub(super) struct Arguments {
    /// The first slate.
    #[arg(long)]
    from: GameDate,
    /// The last slate.
    #[arg(long)]
    to: GameDate,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    from: String,
    to: String,
    slates: Vec<SlateJson>,
}

#[derive(Serialize)]
struct SlateJson {
    date: String,
    edition: String,
    games: usize,
    published: &'static str,
    results: &'static str,
    reason: Option<String>,
    attempts: usize,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let Arguments { from, to } = *arguments;
    anyhow::ensure!(from <= to, "--from {from} is after --to {to}");
    // One bar over the slates; each of them is over in a second or so.
    let app = global.app_watched_by(Arc::new(Silent)).await?;
    let slates = app.slates(from, to).await?;
    anyhow::ensure!(!slates.is_empty(), "no games are known from {from} to {to}; import or fetch them first");
    let bar = Steps::of(slates.len());
    let mut all = Vec::new();
    for slate in slates {
        bar.doing(slate.to_string());
        all.push(app.backfill(slate).await?);
        bar.done();
    }
    bar.end();
    let states = all.iter().flat_map(|slate| [state(slate, Step::Publish), state(slate, Step::PublishResults)]);
    let exit = render::exit_of(states.flatten());
    let rows: Vec<SlateJson> = all.iter().map(SlateJson::of).collect();
    if global.json {
        render::json(&Report { schema_version: 1, from: from.to_string(), to: to.to_string(), slates: rows })?;
    } else {
        print(&rows);
    }
    Ok(exit)
}

fn state(slate: &Backfilled, step: Step) -> Option<&runtime::TaskState> {
    let report = if step == Step::Publish { &slate.run } else { &slate.grade };
    report.decisive(step).map(|task| &task.state)
}

impl SlateJson {
    fn of(slate: &Backfilled) -> Self {
        let (published, results) = (state(slate, Step::Publish), state(slate, Step::PublishResults));
        let reason = [published, results].into_iter().flatten().find_map(runtime::TaskState::why);
        Self {
            date: slate.edition.slate.to_string(),
            edition: slate.edition.to_string(),
            games: slate.run.games,
            published: published.map_or("planned", runtime::TaskState::code),
            results: results.map_or("planned", runtime::TaskState::code),
            reason: reason.map(ToOwned::to_owned),
            attempts: slate.attempts(),
        }
    }
}

fn print(rows: &[SlateJson]) {
    use render::Column::{Name, Number, Text};
    let mut table = render::table(&[
        Name("slate"),
        Number("games"),
        Name("published"),
        Name("results"),
        Number("attempts"),
        Text("why"),
    ]);
    for row in rows {
        table.add_row([
            row.date.clone(),
            row.games.to_string(),
            row.published.replace('_', " "),
            row.results.replace('_', " "),
            row.attempts.to_string(),
            row.reason.clone().unwrap_or_default(),
        ]);
    }
    println!("{table}");
}
