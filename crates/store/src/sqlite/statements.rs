//! The statements, one a file, and the generated inserts and selects of records.

use domain::Known;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Params, Row, ToSql};

use crate::error::Fault;
use crate::rows::{Cells, Columns, Corrupt, ReadFacts, Record, Value, about, read_record};

crate::statements::statements!("sqlite");

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for Row<'_> {
    fn column(&self, index: usize) -> Result<Value<'_>, Corrupt> {
        let value = self.get_ref(index).map_err(|error| Corrupt(error.to_string()))?;
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(text) => {
                Value::Text(std::str::from_utf8(text).map_err(|error| Corrupt(error.to_string()))?.into())
            }
            ValueRef::Blob(bytes) => Value::Blob(bytes.into()),
        })
    }
}

/// What `read` makes of each row a statement selects.
pub(super) fn select_rows<T>(
    connection: &Connection,
    text: &str,
    params: impl Params,
    read: impl Fn(&dyn Columns) -> Result<T, Corrupt>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// What `read` makes of a row's cells, from `offset` on.
pub(super) fn read_cells<T>(
    row: &Row<'_>,
    offset: usize,
    read: impl FnOnce(&mut Cells<'_>) -> Result<T, Corrupt>,
) -> Result<T, Fault> {
    Ok(read(&mut Cells::from(row, offset))?)
}

/// All records a statement selects.
pub(super) fn select<R: Record>(connection: &Connection, text: &str, params: impl Params) -> Result<Vec<R>, Fault> {
    select_rows(connection, &about::<R>(text), params, |row| read_record(row, 0))
}

/// All versions of facts a statement selects, each sealed with the interval in which it was the newest. The statement
/// selects `known_at`, `provenance` and `version` after the columns; the order of its rows is the order of the facts.
pub(super) fn select_facts<R: Record>(
    connection: &Connection,
    text: &str,
    params: impl Params,
) -> Result<Vec<Known<R>>, Fault> {
    let mut statement = connection.prepare_cached(&about::<R>(text))?;
    let mut rows = statement.query(params)?;
    let mut facts = ReadFacts::default();
    while let Some(row) = rows.next()? {
        facts.add(row)?;
    }
    Ok(facts.sealed())
}

/// A stored instant.
pub(super) fn instant(micros: i64) -> Result<jiff::Timestamp, Fault> {
    jiff::Timestamp::from_microsecond(micros).map_err(|error| Fault::Corrupt(Corrupt(error.to_string())))
}

/// `INSERT INTO table (columns) VALUES (?, ...)`.
pub(super) fn insert_into<R: Record>(before: &[&str], after: &[&str]) -> String {
    let columns: Vec<&str> = before.iter().chain(R::KEY).chain(R::CONTENT).chain(after).copied().collect();
    let marks = vec!["?"; columns.len()].join(", ");
    format!("INSERT INTO {} ({}) VALUES ({marks})", R::TABLE, columns.join(", "))
}

/// The versions of one fact, in the order they became known.
pub(super) fn known_versions<R: Record>() -> String {
    let key = R::KEY.iter().map(|column| format!("{column} = ?")).collect::<Vec<_>>().join(" AND ");
    format!("SELECT version, digest, known_at, payload_id FROM {} WHERE {key} ORDER BY known_at, version", R::TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::every::{Stored, layout};
    use crate::sqlite::Sqlite;

    fn migrated() -> (tempfile::TempDir, Connection) {
        let directory = tempfile::tempdir().unwrap();
        drop(Sqlite::create(directory.path()).unwrap());
        let connection = Connection::open(directory.path().join("tipoff.db")).unwrap();
        (directory, connection)
    }

    #[test]
    fn every_statement_prepares() {
        let (_directory, connection) = migrated();
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/sqlite")).unwrap();
        let on_disk =
            files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "sql")).count();
        assert_eq!(EVERY.len(), on_disk, "a statement file is not in the list, or the other way round");
        for (name, text) in EVERY {
            // Any column every table has will do where a record's columns go.
            let text = text.replace("{columns}", "t.rowid").replace("{key}", "t.version");
            let text = text.replace("t.rowid", "1");
            connection.prepare(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn records_have_exactly_their_tables_columns() {
        let (_directory, connection) = migrated();
        for (table, key, content, stored) in layout() {
            let mut statement = connection.prepare(&format!("PRAGMA table_info({table})")).unwrap();
            let columns: Vec<String> = statement.query_map([], |row| row.get(1)).unwrap().map(Result::unwrap).collect();
            let mut expected: Vec<&str> = key.iter().chain(content).copied().collect();
            match stored {
                Stored::Fact => expected.extend(["version", "digest", "known_at", "provenance", "payload_id"]),
                Stored::Output => expected.push("output_id"),
            }
            let (mut columns, mut sorted) = (columns, expected);
            columns.sort();
            sorted.sort_unstable();
            assert_eq!(columns, sorted, "{table}");
        }
    }
}
