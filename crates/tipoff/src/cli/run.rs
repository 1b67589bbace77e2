//! `tipoff run`: predict and publish a slate.

use pipeline::Step;
use runtime::{Disposition, TaskReport, TaskState};
use serde::Serialize;

use super::{Exit, Global, render};
use crate::app::EditionReport;
use crate::clock_words::{AsOf, DateWord};
use crate::published::PUBLISHED;

/// Predict a slate and publish it.
///
/// Does whatever is missing before it too: parses new payloads, summarises past games, trains the month's models.
/// Running it again does only what has changed.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff run                                       tonight
  tipoff run --date 2025-01-15
  tipoff run --date 2025-01-15 --as-of 2025-01-15T11:00-05:00
  tipoff run --date 2025-01-15 --late              then each game again, once its line-ups were known
  tipoff run --date TOMORROW --json")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// Know nothing later than this: an instant, or a time of the slate's day in US Eastern.
    /// By default 13:00, or an hour before an earlier first tip-off, or now.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
    /// Then the late editions too: each makes the forecasts of the games anew whose line-ups became known, and no others.
    #[arg(long, conflicts_with = "as_of")]
    late: bool,
}

/// What programs see of an action on an edition.
#[derive(Serialize)]
pub(super) struct EditionJson {
    schema_version: u32,
    date: String,
    as_of: String,
    edition: String,
    games: usize,
    pub(super) state: &'static str,
    pub(super) reason: Option<String>,
    tasks: Vec<render::TaskJson>,
    earlier_tasks_run: usize,
    earlier_tasks_failed: Vec<render::TaskJson>,
    files: Vec<String>,
    /// The newer edition that the files show instead.
    shown_instead: Option<String>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let slate = arguments.date.resolve(app.now());
    let edition = app.edition(slate, arguments.as_of).await?;
    let mut report = app.run(edition).await?;
    if arguments.late {
        for late in app.late_editions(slate).await? {
            // A late edition changes a page that is out: what went wrong before it is told first.
            if !report.published() {
                break;
            }
            if !global.json {
                print(&report, Step::Publish);
            }
            report = app.run(late).await?;
        }
    }
    if global.json {
        render::json(&EditionJson::of(&report, Step::Publish))?;
    } else {
        print(&report, Step::Publish);
        if let Some(newer) = report.shown_instead {
            let as_of = domain::GameDate::offset_text(newer.cutoff.instant());
            println!("The files go on showing the newer edition, as of {as_of}.");
        } else if report.published() {
            println!(
                "Look at it with `tipoff tonight --date {slate}`; files are in {}/v1.",
                app.data_dir.join(PUBLISHED).display()
            );
        }
    }
    Ok(exit(&report))
}

/// The exit code of an action on an edition: its own tasks decide, and what failed before it is worth a word.
pub(super) fn exit(report: &EditionReport) -> Exit {
    let exit = render::exit_of(report.tasks.iter().map(|task| &task.state));
    if exit == Exit::Done && report.failed_earlier().next().is_some() { Exit::Degraded } else { exit }
}

impl EditionJson {
    /// `last` is the step whose state is the action's.
    pub(super) fn of(report: &EditionReport, last: Step) -> Self {
        let decisive = report.decisive(last);
        let ran = |task: &&TaskReport| task.ran();
        Self {
            schema_version: 1,
            date: report.edition.slate.to_string(),
            as_of: domain::GameDate::offset_text(report.edition.cutoff.instant()),
            edition: report.edition.to_string(),
            games: report.games,
            state: decisive.map_or("planned", |task| task.state.code()),
            reason: decisive.and_then(|task| task.state.why()).map(ToOwned::to_owned),
            tasks: report.tasks.iter().map(render::TaskJson::from).collect(),
            earlier_tasks_failed: report.failed_earlier().map(render::TaskJson::from).collect(),
            earlier_tasks_run: report.earlier.tasks.iter().filter(ran).count(),
            shown_instead: report.shown_instead.map(|edition| edition.to_string()),
            files: report.files.iter().map(|path| path.display().to_string()).collect(),
        }
    }
}

/// Prints an action on an edition for people. `last` is the step whose state is the action's.
pub(super) fn print(report: &EditionReport, last: Step) {
    let as_of = domain::GameDate::offset_text(report.edition.cutoff.instant());
    println!("Slate {}, {} games, as of {as_of}", report.edition.slate, report.games);
    let earlier = report.earlier.tasks.iter().filter(|task| task.ran()).count();
    if earlier > 0 {
        println!("{earlier} tasks were due before it: payloads, summaries of past games, models");
    }
    for task in report.failed_earlier() {
        println!("{} of {}: {}", render::state(&task.state), task.key, task.state.why().unwrap_or_default());
    }
    // Where nothing was attempted, every task tells the same.
    if report.tasks.iter().any(|task| task.disposition != Disposition::NotReady) {
        render::tasks(&report.tasks);
    }
    if let Some(task) = report.decisive(last).filter(|task| task.state != TaskState::Done) {
        println!("{last} is {}: {}", render::state(&task.state), task.state.why().unwrap_or("it has not run"));
    }
}
