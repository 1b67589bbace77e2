//! `tipoff simulate --season`: whether alerts are worth heeding, and whether all of them come.

use std::time::Instant;

use super::{Exit, Global, render};
use crate::simulated_season::{SeasonReport, simulate};

/// Simulates a season, without the log lines of what is simulated.
pub(super) async fn run(seed: u64, slates: usize, global: &Global) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let here = tokio::runtime::Handle::current();
    let simulated = move || {
        let silent = tracing::subscriber::NoSubscriber::new();
        tracing::subscriber::with_default(silent, || here.block_on(simulate(seed, slates)))
    };
    let report = tokio::task::spawn_blocking(simulated).await??;
    if global.json {
        render::json(&report)?;
    } else {
        print(&report, started.elapsed().as_secs_f64());
    }
    Ok(if report.holds() { Exit::Done } else { Exit::Failed })
}

fn print(report: &SeasonReport, seconds: f64) {
    println!(
        "{} slates in {seconds:.1} s. {} pages were out before the first tip-off.",
        report.slates, report.published_in_time
    );
    println!(
        "{} alerts, {} of them ({:.1} %) of a threat. {} threats, of which {} alerted.",
        report.alerts,
        report.alerts_of_threats,
        100.0 * report.share,
        report.threats,
        report.threats_alerted
    );
    let listed = [("Told for nothing", &report.false_alerts), ("Not told", &report.unalerted)];
    for (heading, lines) in listed.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        println!("\n{heading}:\n  {}", lines.join("\n  "));
    }
}
