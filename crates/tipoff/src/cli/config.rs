//! `tipoff config`: what is set, where that comes from, and whether it makes sense.

use clap::Subcommand;
use pipeline::Markets;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use super::serve::Listen;
use super::{Exit, Global, render};
use crate::alert_sinks::{AlertRoutes, Ping};
use crate::app::{MARKETS, RECORDS_SINCE};
use crate::settings::{SETTINGS, Secrecy, Setting, Settings, meant};

/// Show what is set and where that comes from, or say what is wrong with it.
///
/// A flag goes before a variable, a variable before the file tipoff.toml in the data directory, the file before the default.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff config show
  tipoff config show --json
  tipoff config check --config /etc/tipoff/tipoff.toml")]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List every setting: its value, where that comes from, and what it means. Secrets are hidden.
    #[command(after_help = "Examples:
  tipoff config show
  TIPOFF_LISTEN=off tipoff config show --json")]
    Show,
    /// Say what is wrong, and what to do.
    #[command(after_help = "Examples:
  tipoff config check
  tipoff config check --data-dir /var/lib/tipoff && systemctl restart tipoff

Exit codes: 0 nothing, 1 something is wrong, 3 something is dangerous.")]
    Check,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    file: Option<String>,
    settings: Vec<SettingJson>,
}

#[derive(Serialize)]
struct SettingJson {
    key: String,
    variable: &'static str,
    flag: Option<String>,
    value: Option<String>,
    origin: &'static str,
    secret: bool,
    meaning: &'static str,
}

#[derive(Serialize)]
struct CheckReport<'a> {
    schema_version: u32,
    problems: &'a [String],
    warnings: &'a [String],
}

pub(super) fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    match arguments.what {
        What::Show => show(global),
        What::Check => check(global),
    }
}

fn show(global: &Global) -> anyhow::Result<Exit> {
    use render::Column::{Name, Text};
    let settings = &global.settings;
    let rows = SETTINGS.iter().map(|setting| described(setting, settings));
    if global.json {
        let file = settings.file().map(|path| path.display().to_string());
        render::json(&Report { schema_version: 1, file, settings: rows.collect() })?;
        return Ok(Exit::Done);
    }
    let mut table = render::table(&[Name("setting"), Text("value"), Name("from"), Text("meaning")]);
    for row in rows {
        table.add_row([row.key, row.value.unwrap_or_default(), row.origin.to_owned(), row.meaning.to_owned()]);
    }
    println!("{table}");
    match settings.file() {
        Some(path) => println!("The file is {}.", path.display()),
        None => println!("There is no file with settings."),
    }
    Ok(Exit::Done)
}

fn described(setting: &'static Setting, settings: &Settings) -> SettingJson {
    SettingJson {
        key: setting.key(),
        variable: setting.variable,
        flag: setting.flag(),
        value: settings.shown(setting).map(ToOwned::to_owned),
        origin: settings.origin(setting).code(),
        secret: setting.secrecy == Secrecy::Secret,
        meaning: setting.meaning,
    }
}

fn check(global: &Global) -> anyhow::Result<Exit> {
    let settings = &global.settings;
    let mut problems = settings.problems().to_vec();
    problems.extend(senseless(settings));
    let mut warnings = settings.warnings().to_vec();
    warnings.extend(unknown_variables());
    if global.json {
        render::json(&CheckReport { schema_version: 1, problems: &problems, warnings: &warnings })?;
    } else {
        problems.iter().for_each(|problem| println!("wrong: {problem}"));
        warnings.iter().for_each(|warning| println!("warning: {warning}"));
        if problems.is_empty() && warnings.is_empty() {
            println!("Nothing is wrong with what is set.");
        }
    }
    Ok(match (problems.is_empty(), warnings.is_empty()) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Degraded,
        (true, true) => Exit::Done,
    })
}

/// Values that those who use them would refuse.
fn senseless(settings: &Settings) -> Vec<String> {
    let refused = |variable: &str, judge: &dyn Fn(&str) -> Option<String>| settings.text(variable).and_then(judge);
    let log = refused("TIPOFF_LOG", &|text| {
        EnvFilter::try_new(text).err().map(|error| format!("TIPOFF_LOG is {text:?}, which is no filter: {error}"))
    });
    let format = refused("TIPOFF_LOG_FORMAT", &|text| {
        (!["text", "json"].contains(&text)).then(|| format!("TIPOFF_LOG_FORMAT is {text:?}, and must be text or json"))
    });
    let listen =
        refused("TIPOFF_LISTEN", &|text| text.parse::<Listen>().err().map(|error| format!("TIPOFF_LISTEN: {error}")));
    let store = refused("TIPOFF_STORE", &|url| {
        let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        (!is_postgres).then(|| "TIPOFF_STORE must begin with postgres://".to_owned())
    });
    let markets = refused(MARKETS, &|text| text.parse::<Markets>().err().map(|error| format!("{MARKETS}: {error}")));
    let since = refused(RECORDS_SINCE, &|text| {
        text.parse::<domain::GameDate>().err().map(|error| format!("{RECORDS_SINCE}: {error}"))
    });
    let routes = AlertRoutes::of(settings).err().map(|error| format!("{error:#}"));
    let ping = Ping::of(settings).err().map(|error| format!("{error:#}"));
    [log, format, listen, store, markets, since, routes, ping].into_iter().flatten().collect()
}

/// Variables that begin as ours do and set nothing.
fn unknown_variables() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let ours = names.filter(|name| name.starts_with("TIPOFF_") && !name.starts_with("TIPOFF_TEST_"));
    let unknown = ours.filter(|name| Setting::of_variable(name).is_none());
    unknown.map(|name| meant(&name, SETTINGS.iter().map(|setting| setting.variable.to_owned()))).collect()
}
