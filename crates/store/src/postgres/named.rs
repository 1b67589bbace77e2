//! Statements whose parameters have names, as SQLite knows them and Postgres does not.

use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::error::Fault;
use crate::rows::tasks::Named;
use crate::rows::{Columns, Corrupt, Value};

/// Values by the names of their parameters.
pub(super) type Params<'a> = [(&'a str, &'a (dyn ToSql + Sync))];

/// Values by the names of their parameters: `params! { ":step": step, ":now": now }`.
macro_rules! params {
    ($($name:literal: $value:expr),* $(,)?) => {
        [$(($name, &$value as &(dyn tokio_postgres::types::ToSql + Sync))),*]
    };
}
pub(super) use params;

/// A row's values as parameters.
pub(super) fn of_row<'a>(row: &'a Named<'_>) -> Vec<(&'a str, &'a (dyn ToSql + Sync))> {
    row.iter().map(|(name, value)| (*name, value as _)).collect()
}

/// A row as Postgres can keep it: it has no text with a zero byte, and a message may quote damaged data.
pub(super) fn storable(row: Named<'_>) -> Named<'_> {
    let clean = |value| match value {
        Value::Text(text) if text.contains('\0') => Value::Text(text.replace('\0', "\u{fffd}").into()),
        other => other,
    };
    row.into_iter().map(|(name, value)| (name, clean(value))).collect()
}

/// The values of many rows of the same names, as an array a name.
pub(super) struct Arrays<'a>(Vec<(&'static str, Vec<Value<'a>>)>);

impl<'a> Arrays<'a> {
    /// At least one row.
    pub(super) fn of(rows: impl IntoIterator<Item = Named<'a>>) -> Self {
        let mut arrays: Vec<(&'static str, Vec<Value<'a>>)> = Vec::new();
        for row in rows {
            arrays.resize_with(row.len(), || ("", Vec::new()));
            for ((name, values), (column, value)) in arrays.iter_mut().zip(storable(row)) {
                *name = column;
                values.push(value);
            }
        }
        Self(arrays)
    }

    /// As parameters.
    pub(super) fn params(&self) -> Vec<(&str, &(dyn ToSql + Sync))> {
        self.0.iter().map(|(name, values)| (*name, values as _)).collect()
    }
}

/// Every row that a statement returns.
pub(super) async fn query(client: &impl GenericClient, text: &str, params: &Params<'_>) -> Result<Vec<Row>, Fault> {
    let (text, names) = numbered(text);
    let statement = client.prepare_cached(&text).await?;
    Ok(client.query(&statement, &values(&names, params)).await?)
}

/// What `read` makes of each row that a statement returns.
pub(super) async fn query_each<T>(
    client: &impl GenericClient,
    text: &str,
    params: &Params<'_>,
    read: impl Fn(&dyn Columns) -> Result<T, Corrupt> + Send,
) -> Result<Vec<T>, Fault> {
    query(client, text, params).await?.iter().map(|row| Ok(read(row)?)).collect()
}

/// How many rows a statement changed.
pub(super) async fn execute(client: &impl GenericClient, text: &str, params: &Params<'_>) -> Result<u64, Fault> {
    let (text, names) = numbered(text);
    let statement = client.prepare_cached(&text).await?;
    Ok(client.execute(&statement, &values(&names, params)).await?)
}

fn values<'a>(names: &[&str], params: &Params<'a>) -> Vec<&'a (dyn ToSql + Sync)> {
    let value = |name: &&str| params.iter().find(|(given, _)| given == name).map(|(_, value)| *value);
    names.iter().map(|name| value(name).unwrap_or_else(|| panic!("no value was given for {name}"))).collect()
}

/// A statement with its parameters numbered, and their names in the order of the numbers. `::` casts, and is no name.
pub(super) fn numbered(text: &str) -> (String, Vec<&str>) {
    let (mut numbered, mut names) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let (before, from) = rest.split_at(colon);
        numbered.push_str(before);
        let letters = from[1..].find(|next: char| !next.is_ascii_lowercase() && next != '_').unwrap_or(from.len() - 1);
        let (name, after) = from.split_at(1 + letters);
        if letters == 0 {
            let marks = if after.starts_with(':') { 2 } else { 1 };
            numbered.push_str(&from[..marks]);
            rest = &from[marks..];
            continue;
        }
        let place = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        numbered.push_str(&format!("${}", place + 1));
        rest = after;
    }
    numbered.push_str(rest);
    (numbered, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_numbers_in_the_order_in_which_they_come() {
        let (text, names) =
            numbered("-- Two: one twice.\nSELECT :a_b, :c::text[], 'x'::text, :a_b - a::int WHERE b = :c");
        assert_eq!(text, "-- Two: one twice.\nSELECT $1, $2::text[], 'x'::text, $1 - a::int WHERE b = $2");
        assert_eq!(names, [":a_b", ":c"]);
        assert_eq!(numbered("SELECT 1").0, "SELECT 1");
        assert_eq!(numbered("SELECT :"), ("SELECT :".to_owned(), vec![]));
    }

    #[test]
    fn rows_become_an_array_a_name() {
        let row = |step: &'static str| vec![(":step", Value::Text(step.into())), (":failures", Value::Null)];
        let Arrays(arrays) = Arrays::of([row("a"), row("b\0")]);
        let text = |text: &'static str| Value::Text(text.into());
        assert_eq!(arrays[0], (":step", vec![text("a"), text("b\u{fffd}")]));
        assert_eq!(arrays[1], (":failures", vec![Value::Null, Value::Null]));
    }
}
