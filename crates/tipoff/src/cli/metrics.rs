//! `tipoff metrics`: what Prometheus would be told.

use super::{Exit, Global};
use crate::metrics;

/// Print metrics of tasks, steps, schedules, alerts and tonight's promise as Prometheus reads them.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff metrics
  tipoff metrics > tipoff.prom.new && mv tipoff.prom.new /var/lib/node_exporter/textfile/tipoff.prom")]
pub(super) struct Arguments {}

pub(super) async fn run(_: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    print!("{}", metrics::render(&global.look().await?, None).await?);
    Ok(Exit::Done)
}
