//! `tipoff slowdown`: which steps have become slow, and where their time goes.

use clap::ValueEnum;
use pipeline::Step;
use runtime::judge::{Durations, Finding, Parts, Period, Regression, RegressionVerdict, Severity};
use serde::Serialize;

use super::figures::{self, PartsJson, duration, hundredths};
use super::{Exit, Global, render};
use crate::app::{NewestRun, Regressions};
use crate::clock_words::moment;

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

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    severity: &'static str,
    steps: Vec<StepJson>,
}

#[derive(Serialize)]
struct StepJson {
    step: &'static str,
    severity: &'static str,
    ended_at: String,
    ms: PartsJson,
    limit_ms: f64,
    baseline: Option<BaselineJson>,
    ratio: Option<f64>,
    z: Option<f64>,
    share_of_limit: Option<f64>,
    trend: Option<f64>,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct BaselineJson {
    runs: u64,
    mean_ms: PartsJson,
    deviation_ms: Option<f64>,
    longest_ms: f64,
}

#[derive(Serialize)]
struct RegressionsJson {
    schema_version: u32,
    before: [String; 2],
    newest: [String; 2],
    steps: Vec<RegressionJson>,
}

#[derive(Serialize)]
struct RegressionJson {
    step: &'static str,
    verdict: &'static str,
    before: Option<BaselineJson>,
    newest: Option<BaselineJson>,
    ratio: Option<f64>,
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
        let steps = runs.iter().map(StepJson::of).collect();
        render::json(&Report { schema_version: 1, severity: worst.code(), steps })?;
    } else {
        print(&runs);
    }
    Ok(figures::exit_of(worst))
}

impl StepJson {
    fn of(newest: &NewestRun) -> Self {
        let NewestRun { step, run, slowdown } = newest;
        Self {
            step: step.name(),
            severity: slowdown.severity.code(),
            ended_at: moment(run.ended_at),
            ms: run.parts.into(),
            limit_ms: render::milliseconds(run.attempt_deadline),
            baseline: slowdown.baseline.map(BaselineJson::from),
            ratio: slowdown.ratio.map(hundredths),
            z: slowdown.z.map(hundredths),
            share_of_limit: slowdown.share_of_deadline.map(hundredths),
            trend: slowdown.trend.map(hundredths),
            findings: slowdown.findings.iter().map(words).collect(),
        }
    }
}

impl From<Durations> for BaselineJson {
    fn from(durations: Durations) -> Self {
        Self {
            runs: durations.runs,
            mean_ms: durations.mean.into(),
            deviation_ms: durations.deviation.map(render::milliseconds),
            longest_ms: render::milliseconds(durations.longest),
        }
    }
}

/// A finding in a sentence.
fn words(finding: &Finding) -> String {
    match finding {
        Finding::Slower { ratio, part, excess, .. } => {
            let excess = duration(*excess);
            format!("{ratio:.1} times the mean of its week, most of it in {}: {excess} more", part.code())
        }
        Finding::NearDeadline { share, .. } => format!("{:.0} % of its limit", 100.0 * share),
        Finding::Creeping { trend, .. } => format!("its last days take {trend:.1} times as long as its week"),
    }
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
        let findings: Vec<String> = slowdown.findings.iter().map(words).collect();
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
    let days = |days: &std::ops::RangeInclusive<jiff::civil::Date>| [days.start().to_string(), days.end().to_string()];
    let (before, newest) = (days(&report.before), days(&report.newest));
    if global.json {
        let steps = report.steps.iter().map(|(step, regression)| RegressionJson::of(*step, regression)).collect();
        return render::json(&RegressionsJson { schema_version: 1, before, newest, steps });
    }
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
            code(regression.verdict).replace('_', " "),
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

impl RegressionJson {
    fn of(step: Step, regression: &Regression) -> Self {
        Self {
            step: step.name(),
            verdict: code(regression.verdict),
            before: regression.before.map(BaselineJson::from),
            newest: regression.newest.map(BaselineJson::from),
            ratio: regression.ratio.map(hundredths),
        }
    }
}

fn code(verdict: RegressionVerdict) -> &'static str {
    match verdict {
        RegressionVerdict::Slower => "slower",
        RegressionVerdict::Steady => "steady",
        RegressionVerdict::Faster => "faster",
        RegressionVerdict::TooFewRuns => "too_few_runs",
    }
}
