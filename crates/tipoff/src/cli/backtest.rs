//! `tipoff backtest`: a season predicted again, slate by slate, as it could have been then.

use std::path::PathBuf;

use anyhow::Context;
use domain::{Market, Season};
use pipeline::Progress;
use pipeline::backtest::{Formulas, Refit, Report, Walk, WalkedEdition};
use runtime::{Event, Observer, TaskKey};

use super::{Exit, Global, backtest_table, render};
use crate::app::KeptTrees;
use crate::{backtest_page, progress};

/// Predict past seasons slate by slate, each with what was known then, and say how good it was beside naive means and the
/// book's line.
///
/// Slates go through the nightly code. Everything is learned anew with every month (--refit), from what was known before
/// it. Nothing is published. One that was interrupted goes on with the same command, and says what it would have said.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff backtest --season 2024-25
  tipoff backtest --season 2024-25 --as-of late --json
  tipoff backtest --seasons 2022-23..2024-25 --html backtest.html
  tipoff backtest --season 2024-25 --edition original      the original's formulas beside ours")]
pub(super) struct Arguments {
    /// The season.
    #[arg(long, required_unless_present = "seasons", conflicts_with = "seasons")]
    season: Option<Season>,
    /// Several seasons, FIRST..LAST; one report each.
    #[arg(long, value_name = "FIRST..LAST", value_parser = seasons)]
    seasons: Option<Seasons>,
    /// What is counted: points, rebounds, assists, threes, pr, pa, ra or pra.
    #[arg(long, default_value = "points")]
    market: Market,
    /// Show these alone (ids as in the report, with commas between them); everybody is asked all the same.
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    systems: Vec<String>,
    /// Our formulas, or the original's as published beside them.
    #[arg(long, value_enum, default_value_t = Edition::Current)]
    edition: Edition,
    /// When each slate is predicted: at its morning cutoff, or half an hour before tip-off with the line-ups known.
    #[arg(long, value_enum, default_value_t = AsOf::Morning)]
    as_of: AsOf,
    /// How often everything is learned anew: monthly, or every so many days (7d).
    #[arg(long, default_value = "monthly", value_parser = refit)]
    refit: Refit,
    /// Write the report as one page, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Edition {
    Current,
    Original,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum AsOf {
    Morning,
    Late,
}

/// The first and the last of some seasons.
#[derive(Clone, Copy)]
struct Seasons(Season, Season);

fn seasons(text: &str) -> Result<Seasons, String> {
    let (first, last) = text.split_once("..").ok_or("two seasons such as 2022-23..2024-25")?;
    let season = |text: &str| text.parse::<Season>().map_err(|error| error.to_string());
    let (first, last) = (season(first)?, season(last)?);
    if first > last { Err(format!("{first} comes after {last}")) } else { Ok(Seasons(first, last)) }
}

fn refit(text: &str) -> Result<Refit, String> {
    let days = || text.strip_suffix('d')?.parse().ok().filter(|days| (1..=366).contains(days));
    match text {
        "monthly" => Ok(Refit::Monthly),
        _ => days().map(Refit::Days).ok_or_else(|| "monthly, or a number of days such as 7d".to_owned()),
    }
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let bar = Watched { observer: progress::observer(), key: TaskKey::new("backtest", "season") };
    let trained = KeptTrees::of(&app)?;
    if trained.left() > 0 {
        eprintln!("going on with {} sets of trees that an interrupted backtest has left", trained.left());
    }
    let mut reports = Vec::new();
    for season in arguments.chosen() {
        let walk = Walk {
            season,
            market: arguments.market,
            edition: match arguments.as_of {
                AsOf::Morning => WalkedEdition::Morning,
                AsOf::Late => WalkedEdition::Late,
            },
            refit: arguments.refit,
            formulas: match arguments.edition {
                Edition::Current => Formulas::Current,
                Edition::Original => Formulas::Original,
            },
        };
        let mut walked = app.backtest(walk, &trained, &bar).await?;
        anyhow::ensure!(
            !walked.rows.is_empty(),
            "nothing of {season} can be graded: import its games and box scores first (tipoff import)"
        );
        walked.keep(&arguments.systems)?;
        reports.push(Report::of(&walked));
    }
    write_pages(arguments, &reports)?;
    if global.json {
        match &reports[..] {
            [report] => render::json(report)?,
            reports => render::json(&reports)?,
        }
    } else {
        reports.iter().for_each(backtest_table::print);
    }
    trained.forget()?;
    Ok(Exit::Done)
}

impl Arguments {
    fn chosen(&self) -> Vec<Season> {
        match (self.season, self.seasons) {
            (_, Some(Seasons(first, last))) => (first.start_year()..=last.start_year()).map(Season::starting).collect(),
            (season, None) => season.into_iter().collect(),
        }
    }
}

/// One page a season: of several, each page's name has its season in it.
fn write_pages(arguments: &Arguments, reports: &[Report]) -> anyhow::Result<()> {
    let Some(file) = &arguments.html else { return Ok(()) };
    for report in reports {
        let mut path = file.clone();
        if reports.len() > 1 {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            path.set_file_name(format!("{stem}-{}.html", report.season));
        }
        let page = backtest_page::page(report)?;
        std::fs::write(&path, page).with_context(|| format!("writing {}", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// The walk's progress on the bar that tasks use.
pub(super) struct Watched {
    pub(super) observer: std::sync::Arc<dyn Observer>,
    pub(super) key: TaskKey,
}

impl Progress for Watched {
    fn beat(&self, stage: &str, done: u64, total: u64) {
        self.observer.on(&Event::Progress { key: &self.key, stage, done, total });
    }
}
