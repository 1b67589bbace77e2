//! `tipoff train`: the models that a month's slates may use.

use domain::GameDate;
use pipeline::Step;
use pipeline::learn::StoredCard;
use runtime::{Disposition, TaskReport};
use serde::Serialize;

use super::{Exit, Global, render};
use crate::App;
use crate::clock_words::DateWord;

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
    models: Vec<ModelJson>,
}

#[derive(Serialize)]
struct ModelJson {
    system: &'static str,
    schema: String,
    trained_through: String,
    hash: String,
    training_rows: u64,
    card: StoredCard,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let date = arguments.date.resolve(app.now());
    let report = app.train(date).await?;
    let task = report.tasks.iter().rev().find(|task| task.key.step.as_str() == Step::TrainModels.name());
    let state = task.map(|task| task.state.clone());
    let models = models(&app, date.first_of_month()).await?;
    if global.json {
        render::json(&Report {
            schema_version: 1,
            month: date.first_of_month().to_string(),
            state: state.as_ref().map_or("planned", runtime::TaskState::code),
            reason: state.as_ref().and_then(|state| state.why()).map(ToOwned::to_owned),
            models,
        })?;
    } else {
        print(task, &models);
    }
    Ok(render::exit_of(state.as_ref()))
}

/// A month's models.
async fn models(app: &App, month: GameDate) -> anyhow::Result<Vec<ModelJson>> {
    let artifacts = app.store.outputs.models(month).await?;
    artifacts
        .into_iter()
        .map(|artifact| {
            Ok(ModelJson {
                system: artifact.system.code(),
                trained_through: GameDate::offset_text(artifact.trained_through),
                hash: artifact.hash().to_string(),
                training_rows: artifact.rows,
                card: serde_json::from_str(&artifact.card)?,
                schema: artifact.schema,
            })
        })
        .collect()
}

fn print(task: Option<&TaskReport>, models: &[ModelJson]) {
    match task {
        Some(task) if task.state.why().is_some() => println!("{}", task.state.why().unwrap_or_default()),
        Some(task) if task.disposition == Disposition::Unchanged => println!("The models are up to date."),
        _ => {}
    }
    use render::Column::{Name, Number};
    if models.is_empty() {
        return;
    }
    let mut table = render::table(&[
        Name("system"),
        Name("trained through"),
        Number("rows"),
        Number("held out"),
        Number("MAE"),
        Number("RMSE"),
        Number("bias"),
        Name("hash"),
    ]);
    for model in models {
        let holdout = &model.card.holdout;
        table.add_row([
            model.system.to_owned(),
            model.trained_through.clone(),
            model.training_rows.to_string(),
            holdout.rows.to_string(),
            format!("{:.3}", holdout.mae),
            format!("{:.3}", holdout.rmse),
            format!("{:+.3}", holdout.bias),
            model.hash[..12].to_owned(),
        ]);
    }
    println!("{table}");
    println!("Errors are of a trial model on the newest player-games, which it had not seen.");
    for (system, weight) in models.iter().flat_map(|model| model.card.weights.iter().flatten()) {
        println!("  {weight:.2} of the ensemble is {system}");
    }
}
