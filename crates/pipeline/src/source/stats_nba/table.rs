//! Tables as this service sends them: a name, a head, and rows of values.

use serde::Deserialize;
use serde_json::Value;

use crate::RawPayload;
use crate::source::{RejectReason, Rejection, Unreadable, json};

/// Every table of a payload.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tables {
    result_sets: Vec<Table>,
}

/// One table.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table {
    name: String,
    headers: Vec<String>,
    row_set: Vec<Vec<Value>>,
}

/// One row, by column.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    headers: &'t [String],
    values: &'t [Value],
}

impl Tables {
    /// The tables of a payload.
    pub(super) fn of(payload: &RawPayload) -> Result<Self, Unreadable> {
        json(payload)
    }

    /// The rows of a table; it must have these columns.
    pub(super) fn rows(
        &self,
        name: &str,
        columns: &[&str],
        payload: &RawPayload,
    ) -> Result<impl Iterator<Item = Row<'_>>, Unreadable> {
        let unreadable = |problem| Unreadable { subject: payload.subject.clone(), problem };
        let table = self.result_sets.iter().find(|table| table.name == name);
        let table = table.ok_or_else(|| unreadable(format!("it has no table {name}; the bytes are kept")))?;
        if let Some(lacking) = columns.iter().find(|column| !table.headers.iter().any(|head| head == *column)) {
            return Err(unreadable(format!("its table {name} has no column {lacking}; the bytes are kept")));
        }
        Ok(table.row_set.iter().map(|values| Row { headers: &table.headers, values }))
    }
}

impl<'t> Row<'t> {
    fn value(self, column: &str) -> Option<&'t Value> {
        let place = self.headers.iter().position(|head| head == column)?;
        self.values.get(place).filter(|value| !value.is_null())
    }

    fn wanted<T>(self, column: &str, read: impl Fn(&'t Value) -> Option<T>) -> Result<T, Rejection> {
        let value = self.value(column).ok_or_else(|| (RejectReason::MissingValue, column.to_owned()))?;
        read(value).ok_or_else(|| (RejectReason::Malformed, format!("{column} is {value}")))
    }

    /// Text that must be there.
    pub(super) fn text(self, column: &str) -> Result<&'t str, Rejection> {
        self.wanted(column, Value::as_str)
    }

    /// Text, empty where there is none.
    pub(super) fn text_if_any(self, column: &str) -> &'t str {
        self.value(column).and_then(Value::as_str).unwrap_or_default()
    }

    /// A count, or a number of somebody.
    pub(super) fn count<N: TryFrom<i64>>(self, column: &str) -> Result<N, Rejection> {
        self.wanted(column, |value| {
            let whole = value.as_i64().or_else(|| value.as_f64().filter(|v| v.fract() == 0.0).map(|v| v as i64))?;
            N::try_from(whole).ok()
        })
    }
}
