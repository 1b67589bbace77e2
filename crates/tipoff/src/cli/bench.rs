//! `tipoff bench`: how long things take on this machine.

use std::time::Duration;

use clap::Subcommand;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::bench::{self, Night};
use crate::clock_words::DateWord;

/// Measure on this machine. Works on a copy; nothing of yours changes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff bench night --date 2025-01-15")]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// One warm slate, from features to published files, stage by stage.
    #[command(after_help = "Example:
  tipoff bench night --date 2025-01-15 --repetitions 9 --json")]
    Night {
        /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
        #[arg(long, default_value = "TODAY")]
        date: DateWord,
        /// How often.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        repetitions: u32,
    },
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    date: String,
    repetitions: u32,
    steps: Vec<StageJson>,
    total: StageJson,
}

#[derive(Serialize)]
struct StageJson {
    step: String,
    min_ms: f64,
    median_ms: f64,
    max_ms: f64,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let What::Night { date, repetitions } = arguments.what;
    let app = global.app().await?;
    let slate = date.resolve(app.now());
    let edition = app.edition(slate, None).await?;
    let night = bench::night(app, edition, repetitions).await?;
    let report = Report::of(slate.to_string(), repetitions, &night);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report);
    }
    Ok(Exit::Done)
}

impl Report {
    fn of(date: String, repetitions: u32, night: &Night) -> Self {
        Self {
            schema_version: 1,
            date,
            repetitions,
            steps: night.steps.iter().map(|(step, times)| StageJson::of(step.name(), times)).collect(),
            total: StageJson::of("all, with planning and files", &night.total),
        }
    }
}

impl StageJson {
    fn of(step: &str, times: &[Duration]) -> Self {
        let mut sorted: Vec<f64> = times.iter().map(|time| (time.as_secs_f64() * 10_000.0).round() / 10.0).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(0.0);
        Self {
            step: step.to_owned(),
            min_ms: at(0),
            median_ms: at(sorted.len() / 2),
            max_ms: at(sorted.len().max(1) - 1),
        }
    }
}

fn print(report: &Report) {
    println!("Slate {}, warm, {} repetitions, milliseconds", report.date, report.repetitions);
    use render::Column::{Name, Number};
    let mut table = render::table(&[Name("stage"), Number("min"), Number("median"), Number("max")]);
    for stage in report.steps.iter().chain([&report.total]) {
        let number = |ms: f64| format!("{ms:.1}");
        table.add_row([stage.step.clone(), number(stage.min_ms), number(stage.median_ms), number(stage.max_ms)]);
    }
    println!("{table}");
}
