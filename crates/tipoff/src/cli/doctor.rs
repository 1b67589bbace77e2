//! `tipoff doctor`: what is wrong here, and what to do about it.

use std::future::Future;
use std::time::Instant;

use clap::Subcommand;
use store::{OpenError, Store};

use super::{Exit, Global, figures, render};
use crate::doctor::Check;
use crate::reports::{DoctorReport, worst};

/// Examine store, ledger, attempts, page, clock, disk, schedules and alert routes, and say what to do.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff doctor
  tipoff doctor ledger --json

Exit codes: 0 fine, 3 something is worth a look, 1 something is critical.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// The ledger alone: its rules, attempts under way, dead letters.
    #[command(after_help = "Example:
  tipoff doctor ledger --json")]
    Ledger,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let app = global.look().await?;
    let checks = match arguments.what {
        None => app.examine(opening(global)).await,
        Some(What::Ledger) => app.examine_ledger().await,
    };
    let worst = worst(&checks);
    if global.json {
        render::json(&DoctorReport::over(checks, started))?;
    } else {
        print(&checks);
    }
    Ok(figures::exit_of(worst))
}

/// Opens the store for work, wherever it is.
fn opening(global: &Global) -> impl Future<Output = Result<Store, OpenError>> + Send + 'static {
    let (url, directory) = (global.store.clone(), global.data_dir().to_owned());
    async move {
        match url {
            Some(url) => Store::connect(&url).await,
            None => Store::create(&directory),
        }
    }
}

fn print(checks: &[Check]) {
    use render::Column::{Name, Text};
    let mut table = render::table(&[Name("check"), Name("verdict"), Text("what and what to do")]);
    for check in checks {
        let what_to_do = check.what_to_do.as_ref().map(|what_to_do| format!("\n{what_to_do}")).unwrap_or_default();
        table.add_row([
            check.examined.code().replace('_', " "),
            check.severity.code().to_owned(),
            format!("{}{what_to_do}", check.message),
        ]);
    }
    println!("{table}");
}
