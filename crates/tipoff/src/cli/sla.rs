//! `tipoff sla`: whether the page will be published before the first tip-off.

use domain::GameDate;
use runtime::judge::SlaVerdict;

use super::{Exit, Global, render};
use crate::app::SlaReport;
use crate::clock_words::DateWord;
use crate::promises::Promise;
use crate::reports::{PromiseReport, SlaAnswer};

/// Show how a slate stands against its first tip-off: what is missing, and when it is expected to be done.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff sla
  tipoff sla --date TOMORROW --json
  tipoff sla --list                            everything that is promised

Exit codes: 0 in time, 1 missed or blocked, 4 at risk or expected to be late.")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "TODAY")]
    date: DateWord,
    /// List everything that is promised instead, of any slate.
    #[arg(long, conflicts_with = "date")]
    list: bool,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    if arguments.list {
        match global.json {
            true => render::json(&Promise::all())?,
            false => print!("{}", Promise::table()),
        }
        return Ok(Exit::Done);
    }
    let app = global.look().await?;
    let slate = arguments.date.resolve(app.now());
    let sla = app.sla(slate).await?;
    if global.json {
        render::json(&SlaAnswer::of(slate, sla.as_ref()))?;
    } else {
        match &sla {
            Some(sla) => print(slate, sla),
            None => println!("No games on {slate}: nothing is promised."),
        }
    }
    Ok(sla.as_ref().map_or(Exit::Done, exit))
}

fn exit(sla: &SlaReport) -> Exit {
    match sla.verdict {
        SlaVerdict::Missed { .. } => Exit::Failed,
        _ if !sla.blocked.is_empty() => Exit::Failed,
        SlaVerdict::OnTime { .. } | SlaVerdict::Met { .. } => Exit::Done,
        SlaVerdict::AtRisk { .. } | SlaVerdict::Late { .. } => Exit::AtRisk,
    }
}

fn print(slate: GameDate, sla: &SlaReport) {
    let report = PromiseReport::of(slate, sla);
    println!("Slate {slate}, first tip-off {}: {}", report.deadline, report.verdict.replace('_', " "));
    match (&sla.verdict, report.expected) {
        (SlaVerdict::Met { .. }, Some(at)) => println!("Published at {at}."),
        (_, Some(at)) if report.blocked.is_empty() => {
            println!("Expected at {at}, {} steps to go.", report.remaining.len());
        }
        (_, Some(_)) => println!("{} steps to go, and somebody has to act first:", report.remaining.len()),
        (_, None) => println!("It was not published before."),
    }
    for blocked in &report.blocked {
        println!("{} will not go on by itself: {}", blocked.step, blocked.why);
    }
}
