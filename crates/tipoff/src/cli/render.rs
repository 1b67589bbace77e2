//! How results look: tables for people, JSON for programs.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use runtime::{Disposition, TaskReport, TaskState};
use serde::Serialize;

use super::Exit;
pub(super) use crate::reports::{milliseconds, state_in_words as state};

/// Prints a value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A column of a table, by its heading.
#[derive(Clone, Copy)]
pub(super) enum Column<'a> {
    /// Words, which a narrow terminal may wrap.
    Text(&'a str),
    /// A name or a date, which must stay in one piece.
    Name(&'a str),
    /// A number: in one piece, and on the right.
    Number(&'a str),
}

impl<'a> Column<'a> {
    fn heading(self) -> &'a str {
        match self {
            Self::Text(heading) | Self::Name(heading) | Self::Number(heading) => heading,
        }
    }
}

/// One rule under the headings, and nothing else that takes width.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// An empty table.
pub(super) fn table(columns: &[Column]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(columns.iter().map(|column| column.heading()));
    let last = columns.last().map_or("", |column| column.heading());
    for (kind, column) in columns.iter().zip(table.column_iter_mut()) {
        column.set_padding((0, if kind.heading() == last { 0 } else { 2 }));
        if !matches!(kind, Column::Text(_)) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        if matches!(kind, Column::Number(_)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A task as programs see it.
#[derive(Serialize)]
pub(super) struct TaskJson {
    step: String,
    partition: String,
    state: &'static str,
    reason: Option<String>,
    ran: bool,
    rows_written: u64,
    elapsed_ms: f64,
}

impl From<&TaskReport> for TaskJson {
    fn from(task: &TaskReport) -> Self {
        Self {
            step: task.key.step.to_string(),
            partition: task.key.partition.to_string(),
            state: task.state.code(),
            reason: task.state.why().map(ToOwned::to_owned),
            ran: task.ran(),
            rows_written: task.rows_written,
            elapsed_ms: milliseconds(task.elapsed),
        }
    }
}

/// Prints tasks as people read them.
pub(super) fn tasks<'a>(reports: impl IntoIterator<Item = &'a TaskReport>) {
    use Column::{Name, Number, Text};
    let mut table = table(&[Name("step"), Name("state"), Number("rows"), Number("ms"), Text("")]);
    for task in reports {
        let ran = task.ran();
        let note = match (&task.state, task.disposition) {
            (state, _) if state.why().is_some() => state.why().unwrap_or_default().to_owned(),
            (_, Disposition::Unchanged) => "unchanged".to_owned(),
            (TaskState::Done, Disposition::Ran) if task.rows_written == 0 => "same as before".to_owned(),
            _ => String::new(),
        };
        table.add_row([
            task.key.step.to_string(),
            state(&task.state),
            if ran { task.rows_written.to_string() } else { String::new() },
            if ran { milliseconds(task.elapsed).to_string() } else { String::new() },
            note,
        ]);
    }
    println!("{table}");
}

/// The exit code that tasks add up to.
pub(super) fn exit_of<'a>(states: impl IntoIterator<Item = &'a TaskState>) -> Exit {
    let mut exit = Exit::Done;
    for state in states {
        match (state.failure(), state.is_settled()) {
            (Some(runtime::FailureCategory::BlockedByGuard), _) => return Exit::Blocked,
            (Some(_), _) => exit = Exit::Failed,
            (None, false) if exit == Exit::Done => exit = Exit::Degraded,
            _ => {}
        }
    }
    exit
}

#[cfg(test)]
mod tests {
    use runtime::FailureCategory;

    use super::*;

    #[test]
    fn the_exit_code_is_the_worst_news() {
        let failed = |category| TaskState::Dead { category, why: String::new() };
        let waiting = TaskState::NotYet { until: None, why: String::new() };
        let check = |states: &[TaskState], expected| assert_eq!(exit_of(states), expected, "{states:?}");
        check(&[], Exit::Done);
        check(&[TaskState::Done, TaskState::Nothing { why: String::new() }], Exit::Done);
        check(&[TaskState::Done, waiting.clone()], Exit::Degraded);
        check(&[waiting.clone(), failed(FailureCategory::ProcessingError)], Exit::Failed);
        check(&[failed(FailureCategory::ProcessingError), failed(FailureCategory::BlockedByGuard)], Exit::Blocked);
    }
}
