//! `tipoff grade`: settle a published slate.

use pipeline::{Rows, Step};
use serde::Serialize;

use super::run::{EditionJson, exit};
use super::{Exit, Global, render};
use crate::App;
use crate::app::EditionReport;
use crate::clock_words::{AsOf, DateWord};
use crate::reports::SystemRecordReport;

/// Grade a published slate: win, loss, push or void at the line and price known at its cutoff.
///
/// Grading again does nothing unless a box score was corrected or the slate was published anew; then a new set of
/// grades stands beside the old one.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff grade                          last night
  tipoff grade --date 2025-01-15 --json")]
pub(super) struct Arguments {
    /// The slate: TODAY, TOMORROW, YESTERDAY (US Eastern) or a date.
    #[arg(long, default_value = "YESTERDAY")]
    date: DateWord,
    /// The edition as of this instant; by default the newest published one.
    #[arg(long, value_name = "WHEN")]
    as_of: Option<AsOf>,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    state: &'static str,
    reason: Option<String>,
    edition: EditionJson,
    systems: Vec<SystemRecordReport>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.app().await?;
    let slate = arguments.date.resolve(app.now());
    let edition = match arguments.as_of {
        Some(as_of) => app.edition(slate, Some(as_of)).await?,
        None => app.published_edition(slate).await?,
    };
    let report = app.grade(edition).await?;
    let systems = systems(&app, &report).await?;
    if global.json {
        let edition = EditionJson::of(&report, Step::Grade);
        let (state, reason) = (edition.state, edition.reason.clone());
        render::json(&Report { schema_version: 1, state, reason, edition, systems })?;
    } else {
        print(&report, &systems);
    }
    Ok(exit(&report))
}

/// The systems' records on the edition, as stored.
async fn systems(app: &App, report: &EditionReport) -> anyhow::Result<Vec<SystemRecordReport>> {
    match app.output(report.edition, Step::SystemDailyPerformance).await?.as_deref() {
        Some(Rows::Performance(records)) => Ok(records.iter().map(SystemRecordReport::of).collect()),
        _ => Ok(Vec::new()),
    }
}

fn print(report: &EditionReport, systems: &[SystemRecordReport]) {
    if let Some(task) = report.tasks.iter().find(|task| task.state.why().is_some()) {
        println!("{}: {} ({})", report.edition.slate, task.state.why().unwrap_or_default(), task.key.step);
        return;
    }
    use render::Column::{Name, Number};
    let mut table = render::table(&[
        Name("system"),
        Number("played"),
        Number("void"),
        Number("MAE"),
        Number("bias"),
        Number("within 3"),
        Number("within 5"),
        Number("W-L-P"),
        Number("units"),
        Number("lined MAE"),
        Number("line's MAE"),
    ]);
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
    let percent = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.0} %"));
    for system in systems {
        table.add_row([
            system.named.clone(),
            system.predictions.to_string(),
            system.voids.to_string(),
            number(system.mae),
            system.bias.map_or("–".to_owned(), |bias| format!("{bias:+.2}")),
            percent(system.within_3_pct),
            percent(system.within_5_pct),
            format!("{}-{}-{}", system.wins, system.losses, system.pushes),
            format!("{:+.2}", system.profit),
            number(system.lined_mae),
            number(system.line_mae),
        ]);
    }
    println!(
        "Graded {}, edition as of {}",
        report.edition.slate,
        domain::GameDate::offset_text(report.edition.cutoff.instant())
    );
    println!("{table}");
    println!(
        "W-L-P: bets won, lost, pushed. `line's MAE` is the book's own error on the rows of `lined MAE`. One night \
         decides nothing."
    );
}
