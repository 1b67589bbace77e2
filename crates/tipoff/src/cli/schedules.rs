//! `tipoff schedules`: when the clock asks for what, and what became of the last ticks.

use std::collections::BTreeMap;

use domain::GameDate;
use jiff::SignedDuration;
use runtime::{ScheduleId, TickRecord};
use serde::Serialize;

use super::{Exit, Global, render};
use crate::App;
use crate::schedules::{self, Entry, ZONE};

/// Show the schedules, their next ticks, and what became of the last ones.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff schedules
  tipoff schedules --json")]
pub(super) struct Arguments {}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    zone: &'static str,
    schedules: Vec<ScheduleJson>,
}

#[derive(Serialize)]
struct ScheduleJson {
    name: &'static str,
    pattern: &'static str,
    summary: &'static str,
    next: Option<String>,
    last: Option<TickJson>,
    missed_in_a_week: usize,
}

#[derive(Serialize)]
struct TickJson {
    due: String,
    decision: &'static str,
    decided_at: String,
}

pub(super) async fn run(_: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let ticks = app.store.schedules.ticks_since(app.now() - SignedDuration::from_hours(24 * 7)).await?;
    let mut by_schedule = BTreeMap::<&ScheduleId, Vec<&TickRecord>>::new();
    for tick in &ticks {
        by_schedule.entry(&tick.schedule).or_default().push(tick);
    }
    let rows: anyhow::Result<Vec<ScheduleJson>> = schedules::SCHEDULES
        .iter()
        .map(|entry| describe(entry, by_schedule.get(&ScheduleId::from(entry.name)).map_or(&[], Vec::as_slice), &app))
        .collect();
    let rows = rows?;
    let missed = rows.iter().any(|row| row.missed_in_a_week > 0);
    if global.json {
        render::json(&Report { schema_version: 1, zone: ZONE, schedules: rows })?;
    } else {
        print(&rows);
    }
    Ok(if missed { Exit::Degraded } else { Exit::Done })
}

fn describe(entry: &'static Entry, ticks: &[&TickRecord], app: &App) -> anyhow::Result<ScheduleJson> {
    let next = entry.schedule()?.next_after(app.now());
    let missed = ticks.iter().filter(|tick| ["missed", "missed_many"].contains(&tick.decision.code())).count();
    let last = ticks.iter().rev().find(|tick| tick.decision.code() != "begins");
    Ok(ScheduleJson {
        name: entry.name,
        pattern: entry.pattern,
        summary: entry.summary,
        next: next.map(GameDate::offset_text),
        last: last.map(|tick| TickJson {
            due: GameDate::offset_text(tick.decision.due()),
            decision: tick.decision.code(),
            decided_at: GameDate::offset_text(tick.decided_at),
        }),
        missed_in_a_week: missed,
    })
}

fn print(rows: &[ScheduleJson]) {
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
