//! `tipoff latency`: how long after each game its results were there.

use runtime::judge::{Distribution, ItemVerdict};

use super::figures::duration;
use super::{Exit, Global, render};
use crate::app::Latencies;
use crate::clock_words::DateWord;
use crate::reports::{LatencyReport, teams};

/// Show how long after each game its results were landed, processed, analysed, graded and published.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff latency                                   the last week
  tipoff latency --from 2025-01-01 --to 2025-01-31 --json

Games that were imported long after they were played are counted and left out.
Exit codes: 0 fine, 3 some results took longer than six hours.")]
pub(super) struct Arguments {
    /// The first slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date [default: a week before the last].
    #[arg(long)]
    from: Option<DateWord>,
    /// The last slate.
    #[arg(long, default_value = "TODAY")]
    to: DateWord,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let to = arguments.to.resolve(app.now());
    let from = arguments.from.map_or(to.plus_days(-7), |from| from.resolve(app.now()));
    anyhow::ensure!(from <= to, "--from {from} lies after --to {to}");
    let latencies = app.latencies(from..=to).await?;
    let report = LatencyReport::of(from, to, &latencies);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report, &latencies);
    }
    Ok(if latencies.report.broken().next().is_some() { Exit::Degraded } else { Exit::Done })
}

fn print(report: &LatencyReport, latencies: &Latencies) {
    println!(
        "Games {} to {}: {} measured, {} with results within {} h",
        report.from, report.to, report.measured, report.in_time, report.within_hours
    );
    if report.imported_later > 0 {
        println!("{} were imported later and are left out.", report.imported_later);
    }
    if report.without_result > 0 {
        println!("{} are over and nothing is known of their results.", report.without_result);
    }
    use render::Column::{Name, Number};
    let columns = [Name("phase"), Number("games"), Number("median"), Number("p90"), Number("p95"), Number("longest")];
    let mut table = render::table(&columns);
    let phases = latencies.report.phases.iter().map(|phase| (phase.phase.as_str(), phase.took));
    let total = latencies.report.total.map(|total| ("all", total));
    for (phase, Distribution { n, median, p90, p95, max }) in phases.chain(total) {
        let [median, p90, p95, max] = [median, p90, p95, max].map(duration);
        table.add_row([phase.to_owned(), n.to_string(), median, p90, p95, max]);
    }
    if report.measured > 0 {
        println!("{table}\nEach phase from the end of the one before it; all: from the end of the game.");
    }
    for ((game, _), (_, verdict)) in latencies.games.iter().zip(&latencies.report.items) {
        let told = match verdict {
            ItemVerdict::InTime { .. } => continue,
            ItemVerdict::Late { took } => format!("took {}", duration(*took)),
            ItemVerdict::Waiting { left } => format!("has {} left", duration(*left)),
            ItemVerdict::Overdue { by } => format!("is overdue by {}", duration(*by)),
        };
        println!("{} {} {told}", game.slate, teams(game));
    }
}
