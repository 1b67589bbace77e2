//! `tipoff slowdown`: which steps have become slow, and where their time goes.

use clap::ValueEnum;
use pipeline::Step;
use runtime::judge::{Durations, Parts, Period, Severity};

use super::figures::{self, duration};
use super::{Exit, Global, render};
use crate::app::{NewestRun, Regressions};
use crate::reports::{RegressionsReport, SlowdownReport, finding_words, verdict_code};

/// Compare each step's newest run with the week before it and with its limit, part by part.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff slowdown
  tipoff slowdown --step forecast --json
  tipoff slowdown --regressions week      every step, this week against the one before

Exit codes: 0 fine, 3 a step is slow, 1 a step is critically slow; a report of regressions is always 0.")]
pub(super) struct Arguments {
    /// One step only.
    #[arg(long, value_parser = figures::step)]
    step: Option<Step>,
    /// Compare the newest whole week or month with the one before it.
    #[arg(long, value_name = "PERIOD")]
    regressions: Option<PeriodWord>,
}

/// A period as operators write it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum PeriodWord {
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    if let Some(word) = arguments.regressions {
        let period = match word {
            PeriodWord::Week => Period::Week,
            PeriodWord::Month => Period::Month,
        };
        show_regressions(&app.regressions(period, arguments.step).await?, global)?;
        return Ok(Exit::Done);
    }
    let runs = app.slowdowns(arguments.step).await?;
    let worst = runs.iter().map(|run| run.slowdown.severity).max().unwrap_or(Severity::Fine);
    if global.json {
        render::json(&SlowdownReport::of(&runs))?;
    } else {
        print(&runs);
    }
    Ok(figures::exit_of(worst))
}

fn print(runs: &[NewestRun]) {
    use render::Column::{Name, Number, Text};
    if runs.is_empty() {
        println!("No successful run is known.");
        return;
    }
    let mut table = render::table(&[
        Name("step"),
        Name("verdict"),
        Number("took"),
        Number("wait"),
        Number("fetch"),
        Number("compute"),
        Number("write"),
        Number("mean"),
        Number("runs"),
        Number("limit"),
        Text("why"),
    ]);
    for NewestRun { step, run, slowdown } in runs {
        let Parts { wait, fetch, compute, write } = run.parts;
        let baseline = slowdown.baseline.as_ref();
        let findings: Vec<String> = slowdown.findings.iter().map(finding_words).collect();
        table.add_row([
            step.name().to_owned(),
            slowdown.severity.code().to_owned(),
            duration(slowdown.newest),
            duration(wait),
            duration(fetch),
            duration(compute),
            duration(write),
            baseline.map_or_else(String::new, |baseline| duration(baseline.mean.at_work())),
            baseline.map_or_else(String::new, |baseline| baseline.runs.to_string()),
            duration(run.attempt_deadline),
            findings.join("; "),
        ]);
    }
    println!("{table}\nTook: fetch, compute and write. Mean and runs: of the seven days before the newest run's.");
}

fn show_regressions(report: &Regressions, global: &Global) -> anyhow::Result<()> {
    let shown = RegressionsReport::of(report);
    if global.json {
        return render::json(&shown);
    }
    let RegressionsReport { before, newest, .. } = &shown;
    println!("{} to {} against {} to {}", newest[0], newest[1], before[0], before[1]);
    use render::Column::{Name, Number};
    let mut table = render::table(&[
        Name("step"),
        Name("verdict"),
        Number("before"),
        Number("newest"),
        Number("times"),
        Number("runs"),
    ]);
    for (step, regression) in &report.steps {
        let mean = |durations: Option<Durations>| {
            durations.map_or_else(String::new, |durations| duration(durations.mean.at_work()))
        };
        table.add_row([
            step.name().to_owned(),
            verdict_code(regression.verdict).replace('_', " "),
            mean(regression.before),
            mean(regression.newest),
            regression.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            regression.newest.map_or(0, |durations| durations.runs).to_string(),
        ]);
    }
    match report.steps.len() {
        0 => println!("No step ran in either."),
        _ => println!("{table}"),
    }
    Ok(())
}
