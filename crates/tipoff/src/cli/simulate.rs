//! `tipoff simulate`: the production loops under simulated time and faults, and whether every rule held.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use runtime::simulation::{Faults, Noticed, Report, Scene, Simulation, Stage, Violation};
use runtime::{Event, Observer, TaskKey};
use serde::Serialize;

use super::{Exit, Global, render, season};

/// Check workers, leases, retries and schedules in simulated time, under faults. Nothing of yours is read or written.
///
/// A toy trade is worked on by several processes that crash, stop, lose messages and meet a failing database, all decided
/// by one seed. Every write is checked; a rule that does not hold is shown with what happened before it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff simulate                                     a week under all faults
  tipoff simulate --seed 7 --hours 10000              sixty weeks, each under a seed of its own
  tipoff simulate --faults crash,zombie --workers 8   two kinds of faults among eight processes
  tipoff simulate --hours 48 --faults none --json     two calm days
  tipoff simulate --season --json                     October to April: is each alert of a threat, and told each threat?
  tipoff simulate --storm                             thirty files at once, stale inputs, a source that refuses

Faults: crash, lost-wakeup, duplicate-wakeup, clock-step, dst, zombie, two-schedulers, slow-disk, failed-disk,
full-disk, restart (of the database).
Exit codes: 0 every rule held, 1 one did not, the storm made more than a tenth more attempts than a calm day,
fewer than 95 of 100 alerts of the season were of a threat, or a threat did not alert.")]
pub(super) struct Arguments {
    /// Decides everything: the same seed brings the same simulation.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many hours of work and faults; after each week everything must settle.
    #[arg(long, default_value_t = 168, value_parser = clap::value_parser!(i64).range(1..=10_000_000))]
    hours: i64,
    /// Which faults strike, with commas between them: see below.
    #[arg(long, default_value = "all", value_name = "KINDS")]
    faults: Faults,
    /// How many processes work.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    workers: u8,
    /// Compare a storm with a calm day: thirty files that each call everybody to the same work, inputs that are stale for
    /// twenty hours, and a source that answers 400 and 404.
    #[arg(long, conflicts_with_all = ["hours", "faults"])]
    storm: bool,
    /// Simulate a season of slates under realistic noise, and judge every alert: was it of a real threat, and did each threat
    /// alert?
    #[arg(long, conflicts_with_all = ["hours", "faults", "workers", "storm"])]
    season: bool,
    /// How many slates of the season.
    #[arg(long, requires = "season", default_value_t = 165, value_parser = clap::value_parser!(u16).range(1..=165))]
    slates: u16,
}

/// So many processes look at the schedules; one of them leads.
const SCHEDULERS: usize = 2;

/// Shorter simulations are over before a bar could be read.
const LONG: i64 = 1000;

#[derive(Serialize)]
struct ReportJson {
    schema_version: u32,
    seed: u64,
    hours: i64,
    workers: usize,
    events: u64,
    elapsed_ms: u64,
    faults: BTreeMap<&'static str, u64>,
    attempts: u64,
    outcomes: BTreeMap<&'static str, u64>,
    fenced: u64,
    repeated: u64,
    fired: u64,
    asked_again: u64,
    noticed: Option<NoticedJson>,
    trace_hash: String,
    violation: Option<ViolationJson>,
}

#[derive(Serialize)]
struct NoticedJson {
    attempts: u64,
    p99_ms: i64,
    longest_ms: i64,
}

#[derive(Serialize)]
struct ViolationJson {
    what: Vec<String>,
    trace: Vec<String>,
    replay: String,
}

/// A storm may make so many times the attempts of a calm day.
const STORM_AT_MOST: f64 = 1.1;

/// A delivery and what depends on it take so many hours.
const STORM_HOURS: i64 = 30;

#[derive(Serialize)]
struct StormJson {
    schema_version: u32,
    seed: u64,
    calm_attempts: u64,
    storm_attempts: u64,
    ratio: f64,
    at_most: f64,
    violation: Option<Vec<String>>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    if arguments.storm {
        return storm(arguments, global).await;
    }
    if arguments.season {
        return season::run(arguments.seed, arguments.slates.into(), global).await;
    }
    let simulation = Simulation {
        scene: Scene::Weeks,
        seed: arguments.seed,
        hours: arguments.hours,
        faults: arguments.faults.clone(),
        workers: arguments.workers.into(),
        schedulers: SCHEDULERS,
    };
    let started = Instant::now();
    let (simulated, observer) = (simulation.clone(), global.observer());
    // On a thread of its own: it computes, and what it drives is polled by nobody else.
    let report = tokio::task::spawn_blocking(move || observed(&simulated, &observer)).await?;
    let elapsed = started.elapsed();
    if global.json {
        render::json(&ReportJson::of(&simulation, &report, elapsed))?;
    } else {
        print(&simulation, &report, elapsed);
    }
    Ok(if report.violation.is_some() { Exit::Failed } else { Exit::Done })
}

/// The same delivery on a calm day and in a storm.
async fn storm(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let simulation = |scene| Simulation {
        scene,
        seed: arguments.seed,
        hours: STORM_HOURS,
        faults: Faults::none(),
        workers: arguments.workers.into(),
        schedulers: SCHEDULERS,
    };
    let (both, observer) = ([Scene::Calm, Scene::Storm].map(simulation), global.observer());
    let simulated = move || both.map(|simulation| observed(&simulation, &observer));
    let [calm, storm] = tokio::task::spawn_blocking(simulated).await?;
    let violation = calm.violation.as_ref().or(storm.violation.as_ref()).map(|violation| violation.what.clone());
    let ratio = storm.attempts as f64 / calm.attempts.max(1) as f64;
    let report = StormJson {
        schema_version: 1,
        seed: arguments.seed,
        calm_attempts: calm.attempts,
        storm_attempts: storm.attempts,
        ratio: (ratio * 1000.0).round() / 1000.0,
        at_most: STORM_AT_MOST,
        violation,
    };
    if global.json {
        render::json(&report)?;
    } else {
        println!(
            "A calm day: {} attempts. The storm: {}, {ratio:.2} times as many; {STORM_AT_MOST} are allowed.",
            calm.attempts, storm.attempts
        );
        println!("{}", report.violation.as_ref().map_or("Every rule held.".to_owned(), |what| what.join("\n")));
    }
    let held = report.violation.is_none() && ratio <= STORM_AT_MOST;
    Ok(if held { Exit::Done } else { Exit::Failed })
}

/// Simulates, without the log lines of what is simulated.
fn observed(simulation: &Simulation, observer: &Arc<dyn Observer>) -> Report {
    let key = TaskKey::new("simulate", "hours");
    let total = simulation.hours.unsigned_abs();
    let passed = |done: u64| {
        if simulation.hours >= LONG {
            observer.on(&Event::Progress { key: &key, stage: "hours simulated", done, total });
        }
    };
    tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), || {
        passed(0);
        let report = simulation.run(Stage::in_memory, |hours| passed(hours.unsigned_abs()));
        passed(total);
        report
    })
}

/// The command that shows a violation again, in no more than a week.
fn replay(simulation: &Simulation, violation: &Violation) -> String {
    let Simulation { faults, workers, .. } = simulation;
    let Violation { seed, hours, .. } = violation;
    format!("tipoff simulate --seed {seed} --hours {hours} --faults {faults} --workers {workers}")
}

impl ReportJson {
    fn of(simulation: &Simulation, report: &Report, elapsed: Duration) -> Self {
        let noticed = report.noticed().map(|Noticed { attempts, p99, longest }| NoticedJson {
            attempts,
            p99_ms: p99,
            longest_ms: longest,
        });
        let violation = report.violation.as_ref().map(|violation| ViolationJson {
            what: violation.what.clone(),
            trace: violation.trace.clone(),
            replay: replay(simulation, violation),
        });
        Self {
            schema_version: 1,
            seed: simulation.seed,
            hours: report.hours,
            workers: simulation.workers,
            events: report.events,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            faults: report.faults.iter().map(|(kind, times)| (kind.code(), *times)).collect(),
            attempts: report.attempts,
            outcomes: report.outcomes.clone(),
            fenced: report.fenced,
            repeated: report.repeated,
            fired: report.fired,
            asked_again: report.asked_again,
            noticed,
            trace_hash: format!("{:016x}", report.hash),
            violation,
        }
    }
}

fn print(simulation: &Simulation, report: &Report, elapsed: Duration) {
    let Simulation { seed, faults, workers, .. } = simulation;
    println!(
        "{} hours, {workers} workers, seed {seed}, faults: {faults}. {} events in {:.1} s, trace {:016x}.\n",
        report.hours,
        report.events,
        elapsed.as_secs_f64(),
        report.hash
    );
    let faults = report.faults.iter().map(|(kind, times)| (kind.code(), *times));
    counted("fault", faults);
    counted("attempts ended as", report.outcomes.iter().map(|(outcome, times)| (*outcome, *times)));
    println!("Attempts: {}. Ticks of schedules that fired: {}.", report.attempts, report.fired);
    println!(
        "Settlements refused by the fence: {}; made again because the answer was lost: {}.",
        report.fenced, report.repeated
    );
    println!("Dead letters that only faults had killed, and that were asked for again: {}.", report.asked_again);
    if let Some(Noticed { attempts, p99, longest }) = report.noticed() {
        let seconds = |millis: i64| Duration::from_millis(millis.unsigned_abs()).as_secs_f64();
        println!(
            "Attempts of dead processes: {attempts}, noticed within {:.1} s, 99 of 100 within {:.1} s.",
            seconds(longest),
            seconds(p99)
        );
    }
    match &report.violation {
        None => println!("\nEvery rule held."),
        Some(violation) => {
            println!("\nWhat happened last:\n{}", violation.trace.join("\n"));
            println!("\nA rule did not hold:\n{}", violation.what.join("\n"));
            println!("\nSee it again: {}", replay(simulation, violation));
        }
    }
}

fn counted(heading: &'static str, counts: impl Iterator<Item = (&'static str, u64)>) {
    let mut table = render::table(&[render::Column::Name(heading), render::Column::Number("times")]);
    let mut rows = counts.peekable();
    if rows.peek().is_none() {
        return;
    }
    rows.for_each(|(name, times)| {
        table.add_row([name.replace('_', " "), times.to_string()]);
    });
    println!("{table}\n");
}
