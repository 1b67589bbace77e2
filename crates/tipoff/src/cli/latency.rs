//! `tipoff latency`: how long after each game its results were there.

use domain::{Game, GameDate};
use jiff::SignedDuration;
use runtime::judge::{Distribution, ItemLatency, ItemVerdict};
use serde::Serialize;

use super::figures::duration;
use super::{Exit, Global, render};
use crate::app::Latencies;
use crate::clock_words::{DateWord, moment};

/// Show how long after each game its results were landed, processed, analysed, graded and published.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff latency                                   the last week
  tipoff latency --from 2025-01-01 --to 2025-01-31 --json

Games that were imported long after they were played are counted and left out.
Exit codes: 0 fine, 3 some results took longer than six hours.")]
pub(super) struct Arguments {
    /// The first slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date [default: a week before the last].
    #[arg(long)]
    from: Option<DateWord>,
    /// The last slate.
    #[arg(long, default_value = "TODAY")]
    to: DateWord,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    from: String,
    to: String,
    within_hours: i64,
    measured: usize,
    in_time: usize,
    imported_later: usize,
    without_result: usize,
    phases: Vec<PhaseJson>,
    total: Option<DistributionJson>,
    games: Vec<GameJson>,
}

#[derive(Serialize)]
struct PhaseJson {
    phase: String,
    #[serde(flatten)]
    took: DistributionJson,
}

#[derive(Serialize)]
struct DistributionJson {
    games: usize,
    median_seconds: i64,
    p90_seconds: i64,
    p95_seconds: i64,
    max_seconds: i64,
}

#[derive(Serialize)]
struct GameJson {
    game: String,
    slate: String,
    teams: String,
    ended_at: String,
    verdict: &'static str,
    /// How long it took, or for how long it is overdue, or how much time is left.
    seconds: i64,
    completed: Vec<MarkJson>,
}

#[derive(Serialize)]
struct MarkJson {
    phase: String,
    at: String,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let to = arguments.to.resolve(app.now());
    let from = arguments.from.map_or(to.plus_days(-7), |from| from.resolve(app.now()));
    anyhow::ensure!(from <= to, "--from {from} lies after --to {to}");
    let latencies = app.latencies(from..=to).await?;
    let report = Report::of(from, to, &latencies);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report, &latencies);
    }
    Ok(if latencies.report.broken().next().is_some() { Exit::Degraded } else { Exit::Done })
}

impl Report {
    fn of(from: GameDate, to: GameDate, latencies: &Latencies) -> Self {
        let report = &latencies.report;
        let games = latencies.games.iter().zip(&report.items);
        Self {
            schema_version: 1,
            from: from.to_string(),
            to: to.to_string(),
            within_hours: latencies.within.as_hours(),
            measured: report.items.len(),
            in_time: report.in_time(),
            imported_later: latencies.imported_later,
            without_result: latencies.without_result,
            phases: report
                .phases
                .iter()
                .map(|phase| PhaseJson { phase: phase.phase.clone(), took: phase.took.into() })
                .collect(),
            total: report.total.map(DistributionJson::from),
            games: games.map(|((game, item), (_, verdict))| GameJson::of(game, item, verdict)).collect(),
        }
    }
}

impl From<Distribution> for DistributionJson {
    fn from(distribution: Distribution) -> Self {
        let Distribution { n, median, p90, p95, max } = distribution;
        Self {
            games: n,
            median_seconds: median.as_secs(),
            p90_seconds: p90.as_secs(),
            p95_seconds: p95.as_secs(),
            max_seconds: max.as_secs(),
        }
    }
}

impl GameJson {
    fn of(game: &Game, item: &ItemLatency, verdict: &ItemVerdict) -> Self {
        let (verdict, time) = words(verdict);
        let mark = |mark: &runtime::judge::Mark| MarkJson { phase: mark.phase.clone(), at: moment(mark.at) };
        Self {
            game: game.id.to_string(),
            slate: game.slate.to_string(),
            teams: teams(game),
            ended_at: moment(item.ended_at),
            verdict,
            seconds: time.as_secs(),
            completed: item.marks.iter().map(mark).collect(),
        }
    }
}

fn teams(game: &Game) -> String {
    format!("{}@{}", game.away.code(), game.home.code())
}

fn words(verdict: &ItemVerdict) -> (&'static str, SignedDuration) {
    match verdict {
        ItemVerdict::InTime { took } => ("in_time", *took),
        ItemVerdict::Late { took } => ("late", *took),
        ItemVerdict::Waiting { left } => ("waiting", *left),
        ItemVerdict::Overdue { by } => ("overdue", *by),
    }
}

fn print(report: &Report, latencies: &Latencies) {
    println!(
        "Games {} to {}: {} measured, {} with results within {} h",
        report.from, report.to, report.measured, report.in_time, report.within_hours
    );
    if report.imported_later > 0 {
        println!("{} were imported later and are left out.", report.imported_later);
    }
    if report.without_result > 0 {
        println!("{} are over and nothing is known of their results.", report.without_result);
    }
    use render::Column::{Name, Number};
    let columns = [Name("phase"), Number("games"), Number("median"), Number("p90"), Number("p95"), Number("longest")];
    let mut table = render::table(&columns);
    let phases = latencies.report.phases.iter().map(|phase| (phase.phase.as_str(), phase.took));
    let total = latencies.report.total.map(|total| ("all", total));
    for (phase, Distribution { n, median, p90, p95, max }) in phases.chain(total) {
        let [median, p90, p95, max] = [median, p90, p95, max].map(duration);
        table.add_row([phase.to_owned(), n.to_string(), median, p90, p95, max]);
    }
    if report.measured > 0 {
        println!("{table}\nEach phase from the end of the one before it; all: from the end of the game.");
    }
    for ((game, _), (_, verdict)) in latencies.games.iter().zip(&latencies.report.items) {
        let told = match verdict {
            ItemVerdict::InTime { .. } => continue,
            ItemVerdict::Late { took } => format!("took {}", duration(*took)),
            ItemVerdict::Waiting { left } => format!("has {} left", duration(*left)),
            ItemVerdict::Overdue { by } => format!("is overdue by {}", duration(*by)),
        };
        println!("{} {} {told}", game.slate, teams(game));
    }
}
