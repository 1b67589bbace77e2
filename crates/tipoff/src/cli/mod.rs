//! The command line: one module a command, each parsing its arguments, calling an action and printing.

mod actions;
mod alerts;
mod backfill;
mod backtest;
mod backtest_table;
mod bench;
mod calibrate;
mod completions;
mod config;
mod consolidate;
mod dead_letters;
mod demo;
mod doctor;
mod ending;
mod features;
mod figures;
mod grade;
mod grounds;
mod identity;
mod import;
mod keys;
mod latency;
mod log;
mod metrics;
mod models;
mod odds;
mod registry;
mod render;
mod reparse;
mod replica;
mod run;
mod runs;
mod schedules;
mod schemas;
mod season;
mod serve;
mod simulate;
mod sla;
mod slowdown;
mod sources;
mod span;
mod status;
mod tonight;
mod train;
mod why;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;
use runtime::{Clock, Observer, RehearsalClock, SystemClock};
use store::{OpenError, Store};

use crate::App;
use crate::progress;
use crate::settings::{Flag, SETTINGS, Settings};
use crate::traces::Traces;

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

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not everything could be done yet,
4 tonight is at risk, 5 a guard refused to publish."
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
    /// The file with settings [default: tipoff.toml in the data directory]. `tipoff config show` lists them.
    #[arg(long, global = true, env = "TIPOFF_CONFIG", value_name = "FILE", hide_short_help = true)]
    config: Option<PathBuf>,
    /// A Postgres database that many machines share, postgres://user@host/database, instead of the file in the data
    /// directory. Better given by the variable: a URL may hold a password.
    #[arg(
        long,
        global = true,
        env = "TIPOFF_STORE",
        value_name = "URL",
        hide_env_values = true,
        hide_short_help = true
    )]
    store: Option<String>,
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true)]
    json: bool,
    /// Rehearse: act as if it were this instant now, and let time go on from there.
    #[arg(long, global = true, env = "TIPOFF_NOW", value_name = "WHEN", hide_short_help = true)]
    now: Option<Timestamp>,
    /// Rehearse faster: time goes on so many times as fast. Only with --now.
    #[arg(
        long,
        global = true,
        env = "TIPOFF_SPEED",
        value_name = "TIMES",
        hide_short_help = true,
        value_parser = clap::value_parser!(u32).range(1..=3600)
    )]
    speed: Option<u32>,
    /// Send a trace of every attempt to this address of an OpenTelemetry collector, such as http://127.0.0.1:4318/v1/traces.
    #[arg(long, global = true, env = "TIPOFF_OTLP_URL", value_name = "URL", hide_short_help = true)]
    otlp_url: Option<String>,
    #[arg(skip)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Import(import::Arguments),
    Identity(identity::Arguments),
    Sources(sources::Arguments),
    Run(run::Arguments),
    Tonight(tonight::Arguments),
    Why(why::Arguments),
    Grade(grade::Arguments),
    Status(status::Arguments),
    Train(train::Arguments),
    Models(models::Arguments),
    Calibrate(calibrate::Arguments),
    Consolidate(consolidate::Arguments),
    Registry(registry::Arguments),
    Backtest(backtest::Arguments),
    Odds(odds::Arguments),
    Backfill(backfill::Arguments),
    Serve(serve::ServeArguments),
    Worker(serve::WorkerArguments),
    Force(actions::ForceArguments),
    Retry(actions::RetryArguments),
    Reparse(reparse::Arguments),
    Heal(actions::HealArguments),
    Hold(actions::HoldArguments),
    Release(actions::ReleaseArguments),
    Audit(actions::AuditArguments),
    Keys(keys::Arguments),
    Schedules(schedules::Arguments),
    Sla(sla::Arguments),
    Doctor(doctor::Arguments),
    Config(config::Arguments),
    Features(features::Arguments),
    Alerts(alerts::Arguments),
    Metrics(metrics::Arguments),
    Runs(runs::Arguments),
    Latency(latency::Arguments),
    Slowdown(slowdown::Arguments),
    #[command(name = "dlq")]
    DeadLetters(dead_letters::Arguments),
    Bench(bench::Arguments),
    Simulate(simulate::Arguments),
    Replica(replica::Arguments),
    Schemas(schemas::Arguments),
    Completions(completions::CompletionsArguments),
    Man(completions::ManArguments),
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
    /// A promise is in danger.
    AtRisk,
    /// A guard refused to publish.
    Blocked,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Degraded => 3,
            Exit::AtRisk => 4,
            Exit::Blocked => 5,
        })
    }
}

/// Parses the arguments and runs the command they name.
pub fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.global.set_up(Settings::load(&flags(&matches), &|name| std::env::var(name)));
    log::start(matches!(cli.command, Command::Serve(_) | Command::Worker(_)).into(), &cli.global.settings);
    match ending::to_its_end(dispatch(cli)) {
        Ok(exit) => exit.into(),
        Err(error) => fail(&error),
    }
}

/// The settings that the command line itself names, by variable.
fn flags(matches: &ArgMatches) -> BTreeMap<&'static str, String> {
    let command = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let named = SETTINGS.iter().filter(|setting| setting.flag == Flag::Named).filter_map(|setting| {
        let key = setting.key();
        let is_known = command.try_contains_id(&key).is_ok();
        let value = (is_known && command.value_source(&key) == Some(ValueSource::CommandLine))
            .then(|| command.get_raw(&key)?.next())?;
        Some((setting.variable, value?.to_string_lossy().into_owned()))
    });
    named.collect()
}

async fn dispatch(cli: Cli) -> anyhow::Result<Exit> {
    let global = &cli.global;
    if !matches!(cli.command, Command::Config(_) | Command::Completions(_) | Command::Man(_)) {
        global.settings_make_sense()?;
    }
    match cli.command {
        Command::Demo(arguments) => demo::run(&arguments, global).await,
        Command::Identity(arguments) => identity::run(&arguments, global).await,
        Command::Sources(arguments) => sources::run(&arguments, global).await,
        Command::Import(arguments) => import::run(&arguments, global).await,
        Command::Run(arguments) => run::run(&arguments, global).await,
        Command::Tonight(arguments) => tonight::run(&arguments, global).await,
        Command::Why(arguments) => why::run(&arguments, global).await,
        Command::Grade(arguments) => grade::run(&arguments, global).await,
        Command::Status(arguments) => status::run(&arguments, global).await,
        Command::Train(arguments) => train::run(&arguments, global).await,
        Command::Models(arguments) => models::run(&arguments, global).await,
        Command::Calibrate(arguments) => calibrate::run(&arguments, global).await,
        Command::Consolidate(arguments) => consolidate::run(&arguments, global).await,
        Command::Registry(arguments) => registry::run(&arguments, global),
        Command::Backtest(arguments) => backtest::run(&arguments, global).await,
        Command::Odds(arguments) => odds::run(&arguments, global),
        Command::Backfill(arguments) => backfill::run(&arguments, global).await,
        Command::Serve(arguments) => serve::serve(&arguments, global).await,
        Command::Worker(arguments) => serve::worker(&arguments, global).await,
        Command::Force(arguments) => actions::force(&arguments, global).await,
        Command::Retry(arguments) => actions::retry(&arguments, global).await,
        Command::Reparse(arguments) => reparse::run(&arguments, global).await,
        Command::Heal(arguments) => actions::heal(&arguments, global).await,
        Command::Hold(arguments) => actions::hold(&arguments, global).await,
        Command::Release(arguments) => actions::release(&arguments, global).await,
        Command::Audit(arguments) => actions::audit(&arguments, global).await,
        Command::Keys(arguments) => keys::run(&arguments, global).await,
        Command::Sla(arguments) => sla::run(&arguments, global).await,
        Command::Latency(arguments) => latency::run(&arguments, global).await,
        Command::Doctor(arguments) => doctor::run(&arguments, global).await,
        Command::Config(arguments) => config::run(&arguments, global),
        Command::Features(arguments) => features::run(&arguments, global).await,
        Command::Alerts(arguments) => alerts::run(&arguments, global).await,
        Command::Metrics(arguments) => metrics::run(&arguments, global).await,
        Command::Runs(arguments) => runs::run(&arguments, global).await,
        Command::Slowdown(arguments) => slowdown::run(&arguments, global).await,
        Command::Schedules(arguments) => schedules::run(&arguments, global).await,
        Command::DeadLetters(arguments) => dead_letters::run(&arguments, global).await,
        Command::Bench(arguments) => bench::run(&arguments, global).await,
        Command::Simulate(arguments) => simulate::run(&arguments, global).await,
        Command::Replica(arguments) => replica::run(&arguments, global).await,
        Command::Schemas(arguments) => schemas::run(&arguments, global),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => completions::man(&arguments),
    }
}

/// Who works at this command line, for audits.
fn operator() -> String {
    let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    format!("{}@command-line", user.as_deref().unwrap_or("somebody"))
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
    /// Takes settings. Those that the command line and the environment have not told may come from the file.
    fn set_up(&mut self, settings: Settings) {
        self.store = settings.text("TIPOFF_STORE").map(ToOwned::to_owned);
        self.otlp_url = settings.text("TIPOFF_OTLP_URL").map(ToOwned::to_owned);
        self.settings = settings;
    }

    /// Refuses settings that are wrong, and warns of those that are dangerous.
    fn settings_make_sense(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.speed.is_none() || self.now.is_some(),
            "the time goes faster in rehearsals only: TIPOFF_SPEED wants TIPOFF_NOW"
        );
        for warning in self.settings.warnings() {
            tracing::warn!("{warning}");
        }
        match self.settings.problems() {
            [] => Ok(()),
            problems => anyhow::bail!("{}; `tipoff config check` says more", problems.join("; ")),
        }
    }

    fn data_dir(&self) -> &Path {
        self.data_dir.as_deref().unwrap_or(Path::new(DATA_DIR))
    }

    /// The data directory, open for work.
    async fn app(&self) -> anyhow::Result<App> {
        self.app_watched_by(self.observer()).await
    }

    /// The data directory, open for work that somebody watches.
    async fn app_watched_by(&self, observer: Arc<dyn Observer>) -> anyhow::Result<App> {
        let store = match &self.store {
            Some(url) => Store::connect(url).await?,
            None => Store::create(self.data_dir())?,
        };
        let observer = match &self.otlp_url {
            Some(url) => Arc::new(Traces::to(url, observer)?),
            None => observer,
        };
        let app = App::over(store, self.data_dir(), self.clock(), observer).await?;
        app.set_up(self.settings.clone())
    }

    /// The data directory, open for looking.
    async fn look(&self) -> anyhow::Result<App> {
        let opened = match &self.store {
            Some(url) => Store::look(url).await,
            None => Store::open(self.data_dir()),
        };
        let store = opened.map_err(|error| match error {
            OpenError::NotThere(_) => anyhow::anyhow!(
                "{error}: run `tipoff demo` or `tipoff import DIR` first, or name another place with --data-dir"
            ),
            other => other.into(),
        })?;
        App::look(self.data_dir(), store, self.clock()).set_up(self.settings.clone())
    }

    /// Refuses a shared store, for what only a data directory can do.
    fn own_store_only(&self, what: &str) -> anyhow::Result<()> {
        anyhow::ensure!(self.store.is_none(), "{what} works on a data directory; unset TIPOFF_STORE for it");
        Ok(())
    }

    fn clock(&self) -> Arc<dyn Clock> {
        match self.now {
            Some(now) => self.rehearsal_from(now),
            None => Arc::new(SystemClock),
        }
    }

    /// A clock that shows the rehearsed instant, else this one, and goes on as fast as was told.
    fn rehearsal_from(&self, start: Timestamp) -> Arc<dyn Clock> {
        let speed = self.speed.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        Arc::new(RehearsalClock::to(self.now.unwrap_or(start)).at_speed(speed))
    }

    fn observer(&self) -> Arc<dyn Observer> {
        progress::observer()
    }
}
