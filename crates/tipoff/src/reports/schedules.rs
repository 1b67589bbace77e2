//! When the clock asks for what, and what became of the last ticks.

use std::collections::BTreeMap;

use domain::GameDate;
use jiff::SignedDuration;
use runtime::{ScheduleId, TickRecord};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::schedules::{self, Entry, ZONE};

/// The schedules, their next ticks, and what became of the last ones.
#[derive(Serialize, ToSchema)]
pub(crate) struct SchedulesReport {
    pub(crate) schema_version: u32,
    pub(crate) zone: &'static str,
    pub(crate) schedules: Vec<ScheduleReport>,
}

/// A schedule.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScheduleReport {
    pub(crate) name: &'static str,
    pub(crate) pattern: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) next: Option<String>,
    pub(crate) last: Option<TickReport>,
    pub(crate) missed_in_a_week: usize,
}

/// What became of a tick.
#[derive(Serialize, ToSchema)]
pub(crate) struct TickReport {
    pub(crate) due: String,
    pub(crate) decision: &'static str,
    pub(crate) decided_at: String,
}

fn describe(entry: &'static Entry, ticks: &[&TickRecord], app: &App) -> anyhow::Result<ScheduleReport> {
    let next = entry.schedule()?.next_after(app.now());
    let missed = ticks.iter().filter(|tick| ["missed", "missed_many"].contains(&tick.decision.code())).count();
    let last = ticks.iter().rev().find(|tick| tick.decision.code() != "begins");
    Ok(ScheduleReport {
        name: entry.name,
        pattern: entry.pattern,
        summary: entry.summary,
        next: next.map(GameDate::offset_text),
        last: last.map(|tick| TickReport {
            due: GameDate::offset_text(tick.decision.due()),
            decision: tick.decision.code(),
            decided_at: GameDate::offset_text(tick.decided_at),
        }),
        missed_in_a_week: missed,
    })
}

impl SchedulesReport {
    /// The schedules as they stand now.
    pub(crate) async fn of(app: &App) -> anyhow::Result<Self> {
        let ticks = app.store.schedules.ticks_since(app.now() - SignedDuration::from_hours(24 * 7)).await?;
        let mut by_schedule = BTreeMap::<&ScheduleId, Vec<&TickRecord>>::new();
        for tick in &ticks {
            by_schedule.entry(&tick.schedule).or_default().push(tick);
        }
        let ticks_of = |entry: &Entry| by_schedule.get(&ScheduleId::from(entry.name)).map_or(&[][..], Vec::as_slice);
        let rows = schedules::SCHEDULES.iter().map(|entry| describe(entry, ticks_of(entry), app));
        Ok(Self { schema_version: 1, zone: ZONE, schedules: rows.collect::<anyhow::Result<_>>()? })
    }
}
