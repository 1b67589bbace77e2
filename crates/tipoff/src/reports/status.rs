//! A slate's part of the grid.

use std::collections::BTreeMap;

use pipeline::Step;
use runtime::{Attempt, Task, TaskState};
use serde::Serialize;
use utoipa::ToSchema;

use super::{milliseconds, state_in_words};
use crate::app::{Grid, GridCell, HeldUp};

/// An edition's part of the grid: what is done, empty, missing or failed, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatusReport {
    pub(crate) schema_version: u32,
    pub(crate) date: String,
    pub(crate) as_of: String,
    pub(crate) games: usize,
    pub(crate) facts: BTreeMap<&'static str, u64>,
    pub(crate) cells: Vec<CellReport>,
    pub(crate) due_before: usize,
    pub(crate) failed_elsewhere: Vec<FailedReport>,
}

/// A task, where it stands, and its newest attempt.
#[derive(Serialize, ToSchema)]
pub(crate) struct CellReport {
    pub(crate) phase: &'static str,
    pub(crate) step: &'static str,
    pub(crate) partition: String,
    pub(crate) state: &'static str,
    pub(crate) reason: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) inputs_changed: bool,
    pub(crate) rows_written: Option<u64>,
    pub(crate) started_at: Option<String>,
    pub(crate) elapsed_ms: Option<f64>,
}

/// A task of another partition whose last attempt failed.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedReport {
    pub(crate) step: String,
    pub(crate) partition: String,
    pub(crate) state: String,
    pub(crate) reason: String,
}

impl StatusReport {
    /// A grid as programs read it.
    pub(crate) fn of(grid: &Grid) -> Self {
        Self {
            schema_version: 1,
            date: grid.edition.slate.to_string(),
            as_of: domain::GameDate::offset_text(grid.edition.cutoff.instant()),
            games: grid.games,
            facts: grid.facts.iter().copied().collect(),
            cells: grid.cells.iter().map(CellReport::of).collect(),
            due_before: grid.due_before,
            failed_elsewhere: grid.failed_elsewhere.iter().map(FailedReport::of).collect(),
        }
    }
}

/// How long an attempt took, in milliseconds; nothing while it is under way.
pub(crate) fn elapsed(attempt: &Attempt) -> Option<f64> {
    Some(milliseconds(attempt.ended_at?.duration_since(attempt.started_at)))
}

/// A slate's tasks, narrowed down.
#[derive(Serialize, ToSchema)]
pub(crate) struct TasksReport {
    schema_version: u32,
    date: String,
    tasks: Vec<CellReport>,
}

impl TasksReport {
    /// Those tasks of a slate that are of a step, and in a state.
    pub(crate) fn of(status: StatusReport, step: Option<Step>, state: Option<&str>) -> Self {
        let StatusReport { date, mut cells, .. } = status;
        cells.retain(|cell| {
            step.is_none_or(|step| step.name() == cell.step) && state.is_none_or(|state| state == cell.state)
        });
        Self { schema_version: 1, date, tasks: cells }
    }
}

impl CellReport {
    fn of(cell: &GridCell) -> Self {
        let spec = cell.step.spec();
        let attempt = cell.attempt.as_ref();
        let until = match &cell.state {
            TaskState::NotYet { until, .. } => until.map(|until| until.to_string()),
            _ => None,
        };
        Self {
            phase: spec.phase.number(),
            step: spec.name,
            partition: cell.partition.to_string(),
            state: cell.state.code(),
            reason: cell.held_up.as_ref().map(HeldUp::why).or(cell.state.why()).map(ToOwned::to_owned),
            until,
            inputs_changed: cell.inputs_changed,
            rows_written: attempt.map(|attempt| attempt.rows_written),
            started_at: attempt.map(|attempt| attempt.started_at.to_string()),
            elapsed_ms: attempt.and_then(elapsed),
        }
    }
}

impl FailedReport {
    fn of(task: &Task) -> Self {
        Self {
            step: task.key.step.to_string(),
            partition: task.key.partition.to_string(),
            state: state_in_words(&task.state),
            reason: task.state.why().unwrap_or_default().to_owned(),
        }
    }
}
