//! `tipoff replica`: a day as it was, served as the providers did.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;
use tokio::net::TcpListener;

use super::{Exit, Global};
use crate::clock_words::DateWord;
use crate::replica::{Fault, FaultKind, Past, Replica, router};
use crate::serve::stop_signal;

/// Serve a day of this store as the providers did, on this machine alone, with faults: for rehearsals.
///
/// Answers are as of the time of the replica's clock: what has happened by then, and the newest lines known then. The clock
/// starts where --now says, else at six in the morning of the date, and runs on --speed times as fast.
#[derive(clap::Args)]
#[command(after_help = help())]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long)]
    date: DateWord,
    /// Where to listen; an address of this machine alone.
    #[arg(long, default_value = "127.0.0.1:8421", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// What a provider does wrong; may be told several times. See below.
    #[arg(long, value_name = "PROVIDER:KIND[:VALUE][@FROM-TO]")]
    fault: Vec<Fault>,
}

fn help() -> &'static str {
    static HELP: LazyLock<String> = LazyLock::new(|| {
        let faults: Vec<String> = FaultKind::all().map(|(name, does)| format!("  {name:<14} {does}")).collect();
        format!(
            "Examples:
  tipoff replica --date 2025-01-15
  tipoff --now 2025-01-15T06:00-05:00 --speed 60 replica --date 2025-01-15
  tipoff replica --date 2025-01-15 --fault odds_api:429:120@12:00-13:00 --fault all:latency:900
  TIPOFF_REPLICA=http://127.0.0.1:8421 tipoff --data-dir other --now 2025-01-15T06:00-05:00 serve --live on
  curl -X PUT -H 'Content-Type: application/json' -d '[\"nba_cdn:hang\"]' http://127.0.0.1:8421/faults
  curl http://127.0.0.1:8421/requests

Faults, of a provider by its name or of all, always or between two times of the Eastern day:
{}",
            faults.join("\n")
        )
    });
    &HELP
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    address: String,
    date: String,
    now: Timestamp,
    faults: Vec<String>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let (address, mut stop) = (arguments.listen, stop_signal()?);
    anyhow::ensure!(
        address.ip().is_loopback(),
        "{address} can be reached from other machines; a replica is for this one"
    );
    let app = global.look().await?;
    let date = arguments.date.resolve(app.now());
    let clock = global.rehearsal_from(date.at(6, 0));
    let past = Past::around(app, date).await?;
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    let report = Report {
        schema_version: 1,
        address: format!("http://{}", listener.local_addr()?),
        date: date.to_string(),
        now: clock.now(),
        faults: arguments.fault.iter().map(ToString::to_string).collect(),
    };
    if global.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{} as it was on {date}, from {} on. Ctrl-C ends it.", report.address, report.now);
        println!("TIPOFF_REPLICA={} makes it every live provider.", report.address);
    }
    tracing::info!("replica at {}", report.address);
    let router = router(Arc::new(Replica::new(past, clock, arguments.fault.clone())));
    // Requests that never end are no reason to go on.
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served?,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    Ok(Exit::Done)
}
