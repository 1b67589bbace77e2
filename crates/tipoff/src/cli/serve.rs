//! `tipoff serve` and `tipoff worker`: unattended operation.

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::{Exit, Global};
use crate::App;
use crate::alert_sinks::AlertRoutes;
use crate::http;
use crate::serve::{Duty, Service, stop_signal};

/// Run unattended: schedules, planning, attempts, reaping, alerts, pages and API.
///
/// Ends on SIGTERM or Ctrl-C: what is under way is given 20 seconds, and what is not done then is given back.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff serve                             pages at http://127.0.0.1:8420/
  tipoff serve --listen 0.0.0.0:8420       for other machines, with keys
  tipoff serve --listen off
  tipoff serve --live on                   keeps itself supplied; keys: `tipoff config show`
  TIPOFF_LOG=debug tipoff serve
  TIPOFF_LOG_FORMAT=json tipoff serve --data-dir /var/lib/tipoff")]
pub(super) struct ServeArguments {
    /// Where pages and API listen: an address and port, or off [default: 127.0.0.1:8420]. Other machines need a key:
    /// `tipoff keys add`.
    #[arg(long, env = "TIPOFF_LISTEN", value_name = "ADDRESS")]
    listen: Option<Listen>,
    /// The live providers to ask: off, on (all that need no key or have one), or names with commas [default: off].
    #[arg(long, env = "TIPOFF_LIVE", value_name = "PROVIDERS")]
    live: Option<String>,
}

/// Where pages and API listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Listen {
    /// On this machine, if nobody else does there.
    #[default]
    Usual,
    /// There, or not at all.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "off" => Ok(Self::Off),
            _ if word == http::DEFAULT_ADDRESS.to_string() => Ok(Self::Usual),
            _ => word.parse().map(Self::At).map_err(|_| format!("{word:?} is no address like 127.0.0.1:8420, nor off")),
        }
    }
}

/// Make attempts for a store that another process serves: more capacity.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff worker
  tipoff worker & tipoff worker & wait")]
pub(super) struct WorkerArguments {}

pub(super) async fn serve(arguments: &ServeArguments, global: &Global) -> anyhow::Result<Exit> {
    let (app, stop) = (Arc::new(global.app().await?), stop_signal()?);
    let listen = match (arguments.listen, global.settings.text("TIPOFF_LISTEN")) {
        (Some(listen), _) => listen,
        (None, Some(text)) => text.parse().map_err(|error| anyhow::anyhow!("TIPOFF_LISTEN: {error}"))?,
        (None, None) => Listen::default(),
    };
    let listener = listener(listen, &app).await?;
    let service = Service::new(app.clone(), Duty::Serve, AlertRoutes::of(&global.settings)?, stop.clone())?;
    match listener {
        Some(listener) => {
            let surface = http::serve(app, listener, stop);
            tokio::try_join!(service.run(), surface)?;
        }
        None => service.run().await?,
    }
    Ok(Exit::Done)
}

/// Where to listen. Where nobody asked for an address, another process that has the usual one is no reason not to work.
async fn listener(listen: Listen, app: &App) -> anyhow::Result<Option<TcpListener>> {
    match listen {
        Listen::Off => Ok(None),
        Listen::At(address) => http::bind(app, address).await.map(Some),
        Listen::Usual => {
            let bound = http::bind(app, http::DEFAULT_ADDRESS).await;
            Ok(bound.inspect_err(|error| tracing::warn!("no pages and no API from this process: {error:#}")).ok())
        }
    }
}

pub(super) async fn worker(_: &WorkerArguments, global: &Global) -> anyhow::Result<Exit> {
    let app = Arc::new(global.app().await?);
    Service::new(app, Duty::Work, AlertRoutes::of(&global.settings)?, stop_signal()?)?.run().await?;
    Ok(Exit::Done)
}
