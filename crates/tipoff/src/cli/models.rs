//! `tipoff models`: what was learned for a month, and how good it was on what it had not seen.

use domain::GameDate;

use super::{Exit, Global, render};
use crate::clock_words::DateWord;
use crate::reports::{ModelReport, ModelsReport};

/// Show the models that the slates of a date's month use: trained through when, on what, and their held-out errors.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff models                        this month's
  tipoff models --date 2025-01-15 --json")]
pub(super) struct Arguments {
    /// A date of the month: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let month = arguments.date.resolve(app.now()).first_of_month();
    let report = ModelsReport::of(&app, month).await?;
    for model in &report.unreadable {
        eprintln!("The model of {} was {}.", model.system, model.why);
    }
    if report.models.is_empty() && report.unreadable.is_empty() {
        eprintln!("{}", none(month));
        return Ok(Exit::Degraded);
    }
    if global.json {
        render::json(&report)?;
    } else {
        print(&report.models);
    }
    Ok(if report.unreadable.is_empty() { Exit::Done } else { Exit::Degraded })
}

/// That a month has no models, and what to do.
pub(super) fn none(month: GameDate) -> String {
    format!("No models are stored for the month of {month}: `tipoff train --date {month}` trains them.")
}

/// Prints models as a table, and what each counts for.
pub(super) fn print(models: &[ModelReport]) {
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
            model.named.clone(),
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
    if let Some(ModelReport { schema, card, .. }) = models.first() {
        let (inputs, rows) = (&card.schema_hash, &card.data_fingerprint);
        println!("Trained on the inputs {schema} ({inputs:.12}); fingerprint of their rows {rows:.12}.");
    }
    println!("Errors are of a trial model on the newest player-games, which it had not seen.");
    for model in models {
        for (system, weight) in model.card.weights.iter().flatten() {
            let of = model.named.replace(model.system, "the ensemble");
            println!("  {weight:.2} of {of} is {system}");
        }
    }
    for model in models {
        if let Some(shrink) = model.shrink_words() {
            println!("  {shrink}");
        }
    }
}

impl ModelReport {
    /// What the system's law counts for beside a price, in words.
    pub(super) fn shrink_words(&self) -> Option<String> {
        let shrink = self.card.shrink?;
        Some(format!(
            "{}: beside a price the law counts for {:.0} %, the price for {:.0} %",
            self.named,
            shrink.law * 100.0,
            shrink.price * 100.0
        ))
    }
}
