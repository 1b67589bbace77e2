//! `tipoff demo`: a simulated league, one night from lines to grades.

use std::path::{Path, PathBuf};

use runtime::TaskState;
use serde::Serialize;

use super::{DATA_DIR, Exit, Global, render};
use crate::app::EditionReport;
use crate::demo::{self, Accuracy, Demo};
use crate::published::PUBLISHED;

/// Play a simulated league whose truth is known; predict one of its nights, publish it and grade it.
///
/// Needs no network, no key and no configuration. The same seed gives the same season, picks and files.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff demo
  tipoff demo --seed 7 --json
  tipoff --data-dir /tmp/league demo")]
pub(super) struct Arguments {
    /// Which season to play.
    #[arg(long, default_value_t = 42)]
    seed: u64,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    seed: u64,
    data_dir: String,
    slates_played: usize,
    players: usize,
    date: String,
    as_of: String,
    /// When line-ups became known, and the forecasts of their games were made anew.
    late_editions: Vec<String>,
    games: usize,
    state: &'static str,
    accuracy: Vec<AccuracyJson>,
    bets: Option<BetsJson>,
    files: Vec<String>,
    seconds: f64,
}

/// The headline system's bets of the night, one unit each.
#[derive(Serialize)]
struct BetsJson {
    wins: u32,
    losses: u32,
    pushes: u32,
    profit: f64,
}

#[derive(Serialize)]
struct AccuracyJson {
    who: String,
    players: usize,
    mean_absolute_error: f64,
    mean_distance_from_truth: Option<f64>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let started = std::time::Instant::now();
    let data_dir = global.data_dir.clone().unwrap_or_else(|| default_dir(arguments.seed));
    if !global.json {
        println!("A simulated league plays most of a season into {} ...", data_dir.display());
    }
    let demo = {
        let (settings, ends) = (global.settings.clone(), (global.clock(), global.observer()));
        demo::play(&data_dir, arguments.seed, settings, ends).await?
    };
    let seconds = started.elapsed().as_secs_f64();
    if global.json {
        render::json(&Report::of(&demo, seconds))?;
    } else {
        print(&demo, seconds);
        super::tonight::show(&demo.app, demo.edition, TOP_PICKS).await?;
        if let Some(record) = &demo.record {
            println!(
                "Of its bets {} won, {} lost and {} were pushed: {:+.2} units. One night decides nothing.",
                record.wins, record.losses, record.pushes, record.profit
            );
        }
        print_accuracy(&demo.accuracy);
        print_next(&data_dir, &demo);
    }
    let late = demo.late.iter().flat_map(|late| &late.tasks);
    let tasks = demo.run.tasks.iter().chain(late).chain(&demo.grade.tasks);
    Ok(render::exit_of(tasks.map(|task| &task.state)))
}

const TOP_PICKS: usize = 12;

/// Beside real data, not among it.
fn default_dir(seed: u64) -> PathBuf {
    Path::new(DATA_DIR).join(format!("demo-{seed}"))
}

impl Report {
    fn of(demo: &Demo, seconds: f64) -> Self {
        let done = demo.run.tasks.iter().all(|task| task.state == TaskState::Done);
        Self {
            schema_version: 1,
            seed: demo.season.seed,
            data_dir: demo.app.data_dir.display().to_string(),
            slates_played: demo.season.slates,
            players: demo.season.players,
            date: demo.edition.slate.to_string(),
            as_of: domain::GameDate::offset_text(demo.edition.cutoff.instant()),
            late_editions: demo.late.iter().map(cutoff).collect(),
            games: demo.run.games,
            state: if done { "done" } else { "incomplete" },
            accuracy: demo
                .accuracy
                .iter()
                .map(|row| AccuracyJson {
                    who: row.who.clone(),
                    players: row.players,
                    mean_absolute_error: row.error,
                    mean_distance_from_truth: row.from_truth,
                })
                .collect(),
            bets: demo.record.as_ref().map(|record| BetsJson {
                wins: record.wins,
                losses: record.losses,
                pushes: record.pushes,
                profit: record.profit,
            }),
            files: demo.grade.files.iter().map(|path| path.display().to_string()).collect(),
            seconds,
        }
    }
}

fn print(demo: &Demo, seconds: f64) {
    println!(
        "{} slates by {} players (seed {}), then one night through all phases, in {seconds:.1} s:",
        demo.season.slates, demo.season.players, demo.season.seed
    );
    render::tasks(demo.run.tasks.iter().chain(&demo.grade.tasks));
    let late: Vec<String> = demo.late.iter().map(cutoff).collect();
    println!("Late editions, of the games whose line-ups had become known: {}", late.join(", "));
    println!();
}

fn cutoff(report: &EditionReport) -> String {
    domain::GameDate::offset_text(report.edition.cutoff.instant())
}

fn print_accuracy(accuracy: &[Accuracy]) {
    println!("\nHow near they came: to the points scored, and to what the league knows was to be expected");
    use render::Column::{Number, Text};
    let mut table = render::table(&[Text("who"), Number("players"), Number("mean error"), Number("from the truth")]);
    for row in accuracy {
        table.add_row([
            row.who.clone(),
            row.players.to_string(),
            format!("{:.2}", row.error),
            row.from_truth.map_or("–".to_owned(), |distance| format!("{distance:.2}")),
        ]);
    }
    println!("{table}");
}

fn print_next(data_dir: &Path, demo: &Demo) {
    let (dir, slate) = (data_dir.display(), demo.edition.slate);
    println!("\nThe published files are in {}/v1. What to try next:", demo.app.data_dir.join(PUBLISHED).display());
    let on_it = |command: &str| format!("tipoff --data-dir {dir} {command}");
    let next = [
        (on_it("tonight --all"), "the whole slate"),
        (on_it("why ID"), "where one of its numbers comes from"),
        (on_it(&format!("status --date {slate}")), "what was done, when, and why"),
        (on_it(&format!("grade --date {slate}")), "how the systems did"),
        ("tipoff import DIR".to_owned(), "real seasons (see README.md)"),
    ];
    let width = next.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    for (command, shows) in next {
        println!("  {command:width$}   {shows}");
    }
    println!("(From a checkout, `tipoff` is `cargo run --release --`.)");
}
