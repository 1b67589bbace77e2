//! `tipoff features`: how each feature of a slate does, beside the thirty days before it.

use predict::features::{FeatureHealth, FeatureSummary, FeatureVerdict, Spread};
use serde::Serialize;

use super::render::Column::{Name, Number, Text};
use super::{Exit, Global, render};
use crate::app::FeatureReport;
use crate::clock_words::DateWord;

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

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    date: String,
    edition: Option<String>,
    slates_before: usize,
    features: Vec<FeatureJson>,
}

#[derive(Serialize)]
struct FeatureJson {
    feature: &'static str,
    verdict: &'static str,
    why: Option<String>,
    slate: SummaryJson,
    before: SummaryJson,
}

#[derive(Serialize)]
struct SummaryJson {
    rows: u32,
    missing_share: f64,
    zero_share: f64,
    mean: Option<f64>,
    deviation: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let slate = arguments.date.resolve(app.now());
    let report = app.feature_health(slate).await?;
    if global.json {
        render::json(&Report {
            schema_version: 1,
            date: slate.to_string(),
            edition: report.as_ref().map(|report| report.edition.to_string()),
            slates_before: report.as_ref().map_or(0, |report| report.slates_before),
            features: report.iter().flat_map(|report| &report.features).map(FeatureJson::from).collect(),
        })?;
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

impl From<&FeatureHealth> for FeatureJson {
    fn from(health: &FeatureHealth) -> Self {
        Self {
            feature: health.feature.name(),
            verdict: health.verdict.code(),
            why: health.verdict.problem().map(|problem| problem.to_string()),
            slate: SummaryJson::from(&health.slate),
            before: SummaryJson::from(&health.before),
        }
    }
}

impl From<&FeatureSummary> for SummaryJson {
    fn from(summary: &FeatureSummary) -> Self {
        let of = |number: fn(Spread) -> f64| summary.values.map(number);
        Self {
            rows: summary.rows,
            missing_share: summary.missing_share(),
            zero_share: summary.zero_share(),
            mean: of(|values| values.mean),
            deviation: of(|values| values.deviation),
            min: of(|values| values.min),
            max: of(|values| values.max),
        }
    }
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
        let FeatureJson { feature, verdict, why, slate, before } = FeatureJson::from(health);
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
