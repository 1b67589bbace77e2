//! `tipoff run`: predict and publish a slate.

use pipeline::Step;
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
  tipoff run --date TOMORROW --json")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// Know nothing later than this: an instant, or a time of the slate's day in US Eastern.
    /// By default 13:00, or an hour before an earlier first tip-off, or now.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
}

/// What programs see of an action on an edition.
#[derive(Serialize)]
pub(super) struct EditionJson {
    schema_version: u32,
    date: String,
    as_of: String,
    edition: String,
    games: usize,
    state: &'static str,
    reason: Option<String>,
    tasks: Vec<render::TaskJson>,
    earlier_tasks_run: usize,
    files: Vec<String>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let slate = arguments.date.resolve(app.now());
    let edition = app.edition(slate, arguments.as_of).await?;
    let report = app.run(edition).await?;
    if global.json {
        render::json(&EditionJson::of(&report, Step::Publish))?;
    } else {
        print(&report, Step::Publish);
        println!(
            "Look at them with `tipoff tonight --date {slate}`; files are in {}/v1.",
            app.data_dir.join(PUBLISHED).display()
        );
    }
    Ok(render::exit_of(report.tasks.iter().map(|task| &task.state)))
}

impl EditionJson {
    /// `last` is the step whose state is the action's.
    pub(super) fn of(report: &EditionReport, last: Step) -> Self {
        let decisive = report.tasks.iter().find(|task| task.key.step.as_str() == last.name());
        let ran = |task: &&runtime::TaskReport| task.disposition == runtime::Disposition::Ran;
        Self {
            schema_version: 1,
            date: report.edition.slate.to_string(),
            as_of: domain::GameDate::offset_text(report.edition.cutoff.instant()),
            edition: report.edition.to_string(),
            games: report.games,
            state: decisive.map_or("planned", |task| task.state.code()),
            reason: decisive.and_then(|task| task.state.why()).map(ToOwned::to_owned),
            tasks: report.tasks.iter().map(render::TaskJson::from).collect(),
            earlier_tasks_run: report.earlier.tasks.iter().filter(ran).count(),
            files: report.files.iter().map(|path| path.display().to_string()).collect(),
        }
    }
}

/// Prints an action on an edition for people.
pub(super) fn print(report: &EditionReport, last: Step) {
    let as_of = domain::GameDate::offset_text(report.edition.cutoff.instant());
    println!("Slate {}, {} games, as of {as_of}", report.edition.slate, report.games);
    let earlier = report.earlier.tasks.iter().filter(|task| task.disposition == runtime::Disposition::Ran).count();
    if earlier > 0 {
        println!("{earlier} tasks before it were brought up to date");
    }
    render::tasks(&report.tasks);
    let decisive = report.tasks.iter().find(|task| task.key.step.as_str() == last.name());
    if let Some(why) = decisive.filter(|task| task.state.code() != "done").and_then(|task| task.state.why()) {
        println!("Not published: {why}");
    }
}
