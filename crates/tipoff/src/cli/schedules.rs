//! `tipoff schedules`: when the clock asks for what, and what became of the last ticks.

use super::{Exit, Global, render};
use crate::reports::{ScheduleReport, SchedulesReport};
use crate::schedules::ZONE;

/// Show the schedules, their next ticks, and what became of the last ones.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff schedules
  tipoff schedules --json")]
pub(super) struct Arguments {}

pub(super) async fn run(_: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let report = SchedulesReport::of(&app).await?;
    let missed = report.schedules.iter().any(|row| row.missed_in_a_week > 0);
    if global.json {
        render::json(&report)?;
    } else {
        print(&report.schedules);
    }
    Ok(if missed { Exit::Degraded } else { Exit::Done })
}

fn print(rows: &[ScheduleReport]) {
    use render::Column::{Name, Number, Text};
    let headings =
        [Name("schedule"), Name("pattern"), Name("next"), Name("last"), Name("was"), Number("missed"), Text("what")];
    let mut table = render::table(&headings);
    for row in rows {
        let last = row.last.as_ref();
        table.add_row([
            row.name.to_owned(),
            row.pattern.to_owned(),
            row.next.clone().unwrap_or_default(),
            last.map_or(String::new(), |tick| tick.due.clone()),
            last.map_or("never".to_owned(), |tick| tick.decision.replace('_', " ")),
            row.missed_in_a_week.to_string(),
            row.summary.to_owned(),
        ]);
    }
    println!("{table}");
    println!("Times are {ZONE}'s. They wake planning sooner; nothing is lost when one is missed.");
}
