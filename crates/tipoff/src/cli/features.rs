//! `tipoff features`: how each feature of a slate does, beside the thirty days before it.

use predict::features::{FeatureHealth, FeatureVerdict};

use super::render::Column::{Name, Number, Text};
use super::{Exit, Global, render};
use crate::app::FeatureReport;
use crate::clock_words::DateWord;
use crate::reports::{FeatureHealthReport, FeaturesReport};

/// Show how each feature of a slate does: what is missing, zero or shifted, beside the thirty days before it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff features
  tipoff features --date 2025-01-15 --json

Exit codes: 0 none is broken, 3 the slate has no features yet, 4 one is broken.")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let slate = arguments.date.resolve(app.now());
    let report = app.feature_health(slate).await?;
    if global.json {
        render::json(&FeaturesReport::of(slate, report.as_ref()))?;
    } else {
        match &report {
            Some(report) => print(report),
            None => println!("No features of {slate} are computed yet; `tipoff status --date {slate}` says why."),
        }
    }
    let is_broken = |health: &FeatureHealth| matches!(health.verdict, FeatureVerdict::Broken(_));
    Ok(match report {
        None => Exit::Degraded,
        Some(report) if report.features.iter().any(is_broken) => Exit::AtRisk,
        Some(_) => Exit::Done,
    })
}

fn print(report: &FeatureReport) {
    println!("Edition {}, beside {} slates of the thirty days before\n", report.edition, report.slates_before);
    let mut table = render::table(&[
        Name("feature"),
        Name("verdict"),
        Number("missing"),
        Number("zero"),
        Number("mean"),
        Number("spread"),
        Number("min"),
        Number("max"),
        Number("mean before"),
        Text("why"),
    ]);
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    for health in &report.features {
        let FeatureHealthReport { feature, verdict, why, slate, before } = FeatureHealthReport::from(health);
        table.add_row([
            feature.to_owned(),
            verdict.to_owned(),
            percent(slate.missing_share),
            percent(slate.zero_share),
            number(slate.mean),
            number(slate.deviation),
            number(slate.min),
            number(slate.max),
            number(before.mean),
            why.unwrap_or_default(),
        ]);
    }
    println!("{table}");
}
