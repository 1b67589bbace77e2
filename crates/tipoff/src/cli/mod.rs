//! The command line: one module a command, each parsing its arguments, calling an action and printing.

mod bench;
mod consolidate;
mod demo;
mod grade;
mod import;
mod registry;
mod render;
mod run;
mod simulate;
mod status;
mod tonight;
mod train;
mod why;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use runtime::Observer;
use store::{OpenError, Store};

use crate::App;
use crate::progress;

/// Calibrated NBA player-prop predictions: produced before tip-off, published once, graded for ever.
#[derive(Parser)]
#[command(
    name = "tipoff",
    version,
    after_help = "Examples:
  tipoff demo                                  a simulated league, one night from lines to grades
  tipoff import ../data                        an archive of real seasons
  tipoff run --date 2025-01-15                 predict and publish a slate
  tipoff tonight --date 2025-01-15             look at its picks
  tipoff grade --date 2025-01-15               settle them

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not everything could be done yet, 5 a guard refused to publish."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(clap::Args)]
pub(crate) struct Global {
    /// Where everything is kept, the database and the published files [default: tipoff-data].
    #[arg(long, global = true, env = "TIPOFF_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Import(import::Arguments),
    Run(run::Arguments),
    Tonight(tonight::Arguments),
    Why(why::Arguments),
    Grade(grade::Arguments),
    Status(status::Arguments),
    Train(train::Arguments),
    Consolidate(consolidate::Arguments),
    Registry(registry::Arguments),
    Bench(bench::Arguments),
    Simulate(simulate::Arguments),
}

/// How a command ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done,
    /// Something failed.
    Failed,
    /// Not everything could be done yet.
    Degraded,
    /// A guard refused to publish.
    Blocked,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Degraded => 3,
            Exit::Blocked => 5,
        })
    }
}

/// Parses the arguments and runs the command they name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(exit) => exit.into(),
        Err(error) => fail(&error),
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<Exit> {
    let global = &cli.global;
    match cli.command {
        Command::Demo(arguments) => demo::run(&arguments, global).await,
        Command::Import(arguments) => import::run(&arguments, global).await,
        Command::Run(arguments) => run::run(&arguments, global).await,
        Command::Tonight(arguments) => tonight::run(&arguments, global).await,
        Command::Why(arguments) => why::run(&arguments, global).await,
        Command::Grade(arguments) => grade::run(&arguments, global).await,
        Command::Status(arguments) => status::run(&arguments, global).await,
        Command::Train(arguments) => train::run(&arguments, global).await,
        Command::Consolidate(arguments) => consolidate::run(&arguments, global).await,
        Command::Registry(arguments) => registry::run(&arguments, global),
        Command::Bench(arguments) => bench::run(&arguments, global).await,
        Command::Simulate(arguments) => simulate::run(&arguments, global).await,
    }
}

/// What happened and why, each cause on a line of its own.
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    Exit::Failed.into()
}

/// Where everything is kept unless somebody says otherwise.
const DATA_DIR: &str = "tipoff-data";

impl Global {
    fn data_dir(&self) -> &Path {
        self.data_dir.as_deref().unwrap_or(Path::new(DATA_DIR))
    }

    /// The data directory, open for work.
    async fn app(&self) -> anyhow::Result<App> {
        App::open(self.data_dir(), self.observer()).await
    }

    /// The data directory, open for looking.
    fn store(&self) -> anyhow::Result<Store> {
        look_into(self.data_dir())
    }

    fn observer(&self) -> Arc<dyn Observer> {
        progress::observer()
    }
}

fn look_into(data_dir: &Path) -> anyhow::Result<Store> {
    Store::open(data_dir).map_err(|error| match error {
        OpenError::NotThere(_) => anyhow::anyhow!(
            "{error}: run `tipoff demo` or `tipoff import DIR` first, or name another place with --data-dir"
        ),
        other => other.into(),
    })
}
