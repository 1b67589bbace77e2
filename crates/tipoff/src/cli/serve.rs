//! `tipoff serve` and `tipoff worker`: unattended operation.

use super::{Exit, Global};
use crate::alert_sinks::AlertRoutes;
use crate::serve::{Duty, Service, stop_signal};

/// Run unattended: schedules, planning, attempts, reaping, alerts.
///
/// Ends on SIGTERM or Ctrl-C: what is under way is given 20 seconds, and what is not done then is given back.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff serve
  TIPOFF_LOG=debug tipoff serve
  TIPOFF_LOG_FORMAT=json tipoff serve --data-dir /var/lib/tipoff")]
pub(super) struct ServeArguments {}

/// Make attempts for a store that another process serves: more capacity.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff worker
  tipoff worker & tipoff worker & wait")]
pub(super) struct WorkerArguments {}

pub(super) async fn serve(_: &ServeArguments, global: &Global) -> anyhow::Result<Exit> {
    run(Duty::Serve, global).await
}

pub(super) async fn worker(_: &WorkerArguments, global: &Global) -> anyhow::Result<Exit> {
    run(Duty::Work, global).await
}

async fn run(duty: Duty, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    Service::new(app, duty, AlertRoutes::from_env()?, stop_signal()?)?.run().await?;
    Ok(Exit::Done)
}
