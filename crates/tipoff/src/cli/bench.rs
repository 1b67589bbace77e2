//! `tipoff bench`: how long things take on this machine.

use std::time::Duration;

use clap::Subcommand;
use domain::{Market, Season};
use runtime::TaskKey;
use serde::Serialize;
use store::Store;

use super::backtest::Watched;
use super::{Exit, Global, render};
use crate::bench::{self, Night};
use crate::clock_words::DateWord;
use crate::{bench_backtest, bench_history, bench_league, bench_queue};

/// Measure on this machine. Works on a copy; nothing of yours changes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff bench night --date 2025-01-15")]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// One warm slate, from features to published files, stage by stage.
    #[command(after_help = "Example:
  tipoff bench night --date 2025-01-15 --repetitions 9 --json")]
    Night {
        /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
        #[arg(long, default_value = "TODAY")]
        date: DateWord,
        /// How often.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        repetitions: u32,
    },
    /// Durable task transitions a second, in a scratch store: enter, claim, settle.
    #[command(after_help = "Example:
  tipoff bench queue --tasks 20000 --workers 4 --json")]
    Queue {
        /// How many tasks.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
        tasks: u32,
        /// How many workers.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
        workers: u32,
    },
    /// A season's walk, all systems and baselines, stage by stage.
    #[command(after_help = "Example:
  tipoff bench backtest --season 2024-25 --json")]
    Backtest {
        /// The season.
        #[arg(long)]
        season: Season,
        /// What is counted.
        #[arg(long, default_value = "points")]
        market: Market,
    },
    /// How far our forecasts are from the best there can be, in a simulated league whose truth is known.
    ///
    /// Plays four seasons, walks the last one, and compares with what each player scored when the same games were played again.
    #[command(after_help = "Example:
  tipoff bench league --seed 7 --json")]
    League {
        /// Which league.
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// How often each game of the last season is played again.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=10_000))]
        replays: u32,
    },
    /// What looks back, over a copy of the store with so many attempts more.
    #[command(after_help = "Example:
  tipoff bench history --attempts 1000000 --json")]
    History {
        /// How many attempts.
        #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
        attempts: u32,
        /// How often each is asked.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        repetitions: u32,
    },
}

#[derive(Serialize)]
struct WalkReport {
    schema_version: u32,
    season: String,
    market: &'static str,
    rows: usize,
    stages: Vec<StageJson>,
}

#[derive(Serialize)]
struct HistoryReport {
    schema_version: u32,
    attempts: usize,
    attempts_per_second: f64,
    actions: Vec<StageJson>,
}

#[derive(Serialize)]
struct LeagueReport {
    schema_version: u32,
    seed: u64,
    replays: u32,
    systems: Vec<RegretJson>,
}

#[derive(Serialize)]
struct RegretJson {
    system: &'static str,
    /// Player-games of ten minutes or more that it answered.
    rows: usize,
    crps: f64,
    /// Of the true law, on the same rows.
    oracle_crps: f64,
    regret_percent: f64,
}

#[derive(Serialize)]
struct QueueReport {
    schema_version: u32,
    tasks: usize,
    workers: u32,
    entered_per_second: f64,
    tasks_per_second: f64,
    /// Two a task: claimed, settled.
    transitions_per_second: f64,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    date: String,
    repetitions: u32,
    steps: Vec<StageJson>,
    total: StageJson,
}

#[derive(Serialize)]
struct StageJson {
    step: String,
    min_ms: f64,
    median_ms: f64,
    max_ms: f64,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let (date, repetitions) = match arguments.what {
        What::Night { date, repetitions } => (date, repetitions),
        What::Queue { tasks, workers } => return queue(tasks, workers, global).await,
        What::History { attempts, repetitions } => return history(attempts, repetitions, global).await,
        What::League { seed, replays } => return league(seed, replays, global).await,
        What::Backtest { season, market } => return backtest(season, market, global).await,
    };
    global.own_store_only("bench night")?;
    let app = global.app().await?;
    let slate = date.resolve(app.now());
    let edition = app.edition(slate, None).await?;
    let night = bench::night(app, edition, repetitions).await?;
    let report = Report::of(slate.to_string(), repetitions, &night);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report);
    }
    Ok(Exit::Done)
}

async fn queue(tasks: u32, workers: u32, global: &Global) -> anyhow::Result<Exit> {
    // On the disk that would do the work.
    let scratch = global.data_dir().join("bench");
    let run = match &global.store {
        // A shared store's queue is worked off beside its own tasks, so it should be an empty one.
        Some(url) => bench_queue::run(&Store::connect(url).await?, tasks as usize, workers as usize).await?,
        None => {
            let store = Store::create(&scratch)?;
            let run = bench_queue::run(&store, tasks as usize, workers as usize).await;
            drop(store);
            std::fs::remove_dir_all(&scratch)?;
            run?
        }
    };
    let per_second = |time: Duration| (run.tasks as f64 / time.as_secs_f64()).round();
    let report = QueueReport {
        schema_version: 1,
        tasks: run.tasks,
        workers,
        entered_per_second: per_second(run.entering),
        tasks_per_second: per_second(run.working),
        transitions_per_second: 2.0 * per_second(run.working),
    };
    if global.json {
        render::json(&report)?;
    } else {
        println!("{tasks} tasks, {workers} workers, every step durable before the next:");
        println!("  entered  {:>8} a second", report.entered_per_second);
        println!("  settled  {:>8} a second, {} transitions", report.tasks_per_second, report.transitions_per_second);
    }
    Ok(Exit::Done)
}

async fn history(attempts: u32, repetitions: u32, global: &Global) -> anyhow::Result<Exit> {
    global.own_store_only("bench history")?;
    let run = bench_history::run(global.data_dir(), attempts as usize, repetitions).await?;
    let report = HistoryReport {
        schema_version: 1,
        attempts: run.attempts,
        attempts_per_second: (run.attempts as f64 / run.filling.as_secs_f64()).round(),
        actions: run.actions.iter().map(|(action, times)| StageJson::of(action, times)).collect(),
    };
    if global.json {
        render::json(&report)?;
    } else {
        println!(
            "{attempts} attempts, made at {} a second; milliseconds, opening included",
            report.attempts_per_second
        );
        print_stages(&report.actions);
    }
    Ok(Exit::Done)
}

async fn backtest(season: Season, market: Market, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let run = bench_backtest::run(&app, season, market).await?;
    let total = ("total".to_owned(), run.stages.iter().map(|(_, time)| *time).sum());
    let stages = run.stages.iter().chain([&total]);
    let report = WalkReport {
        schema_version: 1,
        season: season.to_string(),
        market: market.code(),
        rows: run.rows,
        stages: stages.map(|(stage, time)| StageJson::of(stage, &[*time])).collect(),
    };
    if global.json {
        render::json(&report)?;
    } else {
        println!("{season} {market}, {} player-games graded, milliseconds", report.rows);
        print_stages(&report.stages);
    }
    Ok(Exit::Done)
}

async fn league(seed: u64, replays: u32, global: &Global) -> anyhow::Result<Exit> {
    global.own_store_only("bench league")?;
    let bar = Watched { observer: global.observer(), key: TaskKey::new("bench", "league") };
    let regrets = bench_league::run(global.data_dir(), (seed, replays), &bar).await?;
    let systems = regrets.iter().map(|regret| RegretJson {
        system: regret.system.code(),
        rows: regret.rows,
        crps: regret.crps,
        oracle_crps: regret.oracle,
        regret_percent: regret.percent(),
    });
    let report = LeagueReport { schema_version: 1, seed, replays, systems: systems.collect() };
    if global.json {
        render::json(&report)?;
        return Ok(Exit::Done);
    }
    println!("League {seed}, points, morning editions; {replays} replays of each game");
    use render::Column::{Name, Number};
    let mut table =
        render::table(&[Name("system"), Number("rows"), Number("CRPS"), Number("oracle's"), Number("regret")]);
    for regret in &report.systems {
        table.add_row([
            regret.system.to_owned(),
            regret.rows.to_string(),
            format!("{:.4}", regret.crps),
            format!("{:.4}", regret.oracle_crps),
            format!("{:.2} %", regret.regret_percent),
        ]);
    }
    println!("{table}");
    Ok(Exit::Done)
}

impl Report {
    fn of(date: String, repetitions: u32, night: &Night) -> Self {
        Self {
            schema_version: 1,
            date,
            repetitions,
            steps: night.steps.iter().map(|(step, times)| StageJson::of(step.name(), times)).collect(),
            total: StageJson::of("all, with planning and files", &night.total),
        }
    }
}

impl StageJson {
    fn of(step: &str, times: &[Duration]) -> Self {
        let mut sorted: Vec<f64> = times.iter().map(|time| (time.as_secs_f64() * 10_000.0).round() / 10.0).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(0.0);
        Self {
            step: step.to_owned(),
            min_ms: at(0),
            median_ms: at(sorted.len() / 2),
            max_ms: at(sorted.len().max(1) - 1),
        }
    }
}

fn print(report: &Report) {
    println!("Slate {}, warm, {} repetitions, milliseconds", report.date, report.repetitions);
    print_stages(report.steps.iter().chain([&report.total]));
}

fn print_stages<'a>(stages: impl IntoIterator<Item = &'a StageJson>) {
    use render::Column::{Name, Number};
    let mut table = render::table(&[Name("stage"), Number("min"), Number("median"), Number("max")]);
    for stage in stages {
        let number = |ms: f64| format!("{ms:.1}");
        table.add_row([stage.step.clone(), number(stage.min_ms), number(stage.median_ms), number(stage.max_ms)]);
    }
    println!("{table}");
}
