//! `tipoff sla`: whether the page will be published before the first tip-off.

use domain::GameDate;
use runtime::judge::SlaVerdict;
use serde::Serialize;

use super::{Exit, Global, render};
use crate::app::SlaReport;
use crate::clock_words::DateWord;

/// Show how a slate stands against its first tip-off: what is missing, and when it is expected to be done.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff sla
  tipoff sla --date TOMORROW --json

Exit codes: 0 in time, 1 missed or blocked, 4 at risk or expected to be late.")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    date: String,
    edition: String,
    deadline: String,
    verdict: &'static str,
    expected: Option<String>,
    remaining: Vec<RemainingJson>,
    blocked: Vec<BlockedJson>,
}

#[derive(Serialize)]
struct RemainingJson {
    step: String,
    expected_ms: f64,
}

#[derive(Serialize)]
struct BlockedJson {
    step: String,
    why: String,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let slate = arguments.date.resolve(app.now());
    let Some(sla) = app.sla(slate).await? else {
        if global.json {
            render::json(
                &serde_json::json!({ "schema_version": 1, "date": slate.to_string(), "verdict": "no_games" }),
            )?;
        } else {
            println!("No games on {slate}: nothing is promised.");
        }
        return Ok(Exit::Done);
    };
    if global.json {
        render::json(&Report::of(slate, &sla))?;
    } else {
        print(slate, &sla);
    }
    Ok(exit(&sla))
}

fn exit(sla: &SlaReport) -> Exit {
    match sla.verdict {
        SlaVerdict::Missed { .. } => Exit::Failed,
        _ if !sla.blocked.is_empty() => Exit::Failed,
        SlaVerdict::OnTime { .. } | SlaVerdict::Met { .. } => Exit::Done,
        SlaVerdict::AtRisk { .. } | SlaVerdict::Late { .. } => Exit::AtRisk,
    }
}

impl Report {
    fn of(slate: GameDate, sla: &SlaReport) -> Self {
        let remaining = sla.remaining.iter().map(|rest| RemainingJson {
            step: rest.step.to_string(),
            expected_ms: render::milliseconds(rest.expected),
        });
        let blocked = sla.blocked.iter().map(|(step, why)| BlockedJson { step: step.to_string(), why: why.clone() });
        Self {
            schema_version: 1,
            date: slate.to_string(),
            edition: sla.edition.to_string(),
            deadline: GameDate::offset_text(sla.deadline),
            verdict: sla.verdict.code(),
            expected: sla.expected().map(GameDate::offset_text),
            remaining: remaining.collect(),
            blocked: blocked.collect(),
        }
    }
}

fn print(slate: GameDate, sla: &SlaReport) {
    let report = Report::of(slate, sla);
    println!("Slate {slate}, first tip-off {}: {}", report.deadline, report.verdict.replace('_', " "));
    match (&sla.verdict, report.expected) {
        (SlaVerdict::Met { .. }, Some(at)) => println!("Published at {at}."),
        (_, Some(at)) => println!("Expected at {at}, {} steps to go.", report.remaining.len()),
        (_, None) => println!("It was not published before."),
    }
    for blocked in &report.blocked {
        println!("{} will not go on by itself: {}", blocked.step, blocked.why);
    }
}
