//! `tipoff train`: the models that a month's slates may use.

use pipeline::Step;
use runtime::{Disposition, TaskReport};
use serde::Serialize;

use super::{Exit, Global, models, render};
use crate::clock_words::DateWord;
use crate::reports::{ModelReport, ModelsReport};

/// Train the models that the slates of a date's month may use, on what was known before the month began.
///
/// `run` does this by itself when a month has no models yet.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff train --date 2025-01-15       models for January 2025, trained through 2025-01-01")]
pub(super) struct Arguments {
    /// A date of the month: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    month: String,
    state: &'static str,
    reason: Option<String>,
    models: Vec<ModelReport>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let date = arguments.date.resolve(app.now());
    let report = app.train(date).await?;
    let task = report.tasks.iter().rev().find(|task| task.key.step.as_str() == Step::TrainModels.name());
    let state = task.map(|task| task.state.clone());
    let ModelsReport { month, models, .. } = ModelsReport::of(&app, date.first_of_month()).await?;
    if global.json {
        render::json(&Report {
            schema_version: 1,
            month,
            state: state.as_ref().map_or("planned", runtime::TaskState::code),
            reason: state.as_ref().and_then(|state| state.why()).map(ToOwned::to_owned),
            models,
        })?;
    } else {
        print(task, &models);
    }
    Ok(render::exit_of(state.as_ref()))
}

fn print(task: Option<&TaskReport>, models: &[ModelReport]) {
    match task {
        Some(task) if task.state.why().is_some() => println!("{}", task.state.why().unwrap_or_default()),
        Some(task) if task.disposition == Disposition::Unchanged => println!("The models are up to date."),
        _ => {}
    }
    models::print(models);
}
