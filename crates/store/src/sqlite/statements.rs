//! The statements, one a file, and the generated inserts and selects of records.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::{Known, Provenance};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Params, Row, ToSql};

use crate::error::Fault;
use crate::rows::{Cells, Corrupt, Record, Value, select_list};

macro_rules! statements {
    ($($name:ident)+) => {
        /// The statements by the name of their file.
        #[expect(non_upper_case_globals, reason = "a statement is named like its file")]
        pub(super) mod sql {
            $(pub(crate) const $name: &str = include_str!(concat!("../../sql/sqlite/", stringify!($name), ".sql"));)+
        }

        /// Every statement, for the test that prepares them.
        #[cfg(test)]
        pub(super) const EVERY: &[(&str, &str)] = &[$((stringify!($name), sql::$name)),+];
    };
}

statements! {
    add_alert add_breaker add_delivery add_news add_notification add_probe add_revision add_step_day add_tick
    attempt_inputs attempt_partition attempt_reports attempts beat breakers broken_rules claim_world claimable_task
    claimable_tasks close_attempt closed_attempt current_documents defense_history fact_version games games_behind
    grade_of held_task injury_history insert_task land_payload landed_payloads last_synthetics last_ticks leader
    line_behind models move_breaker newest_alerts newest_attempts newest_deliveries newest_done newest_games
    newest_injuries newest_names newest_published newest_teams newest_twins note_input notifications offense_history
    open_alerts open_attempt open_attempts output_chain parsed_payloads payload payload_id performance player_history
    prediction_by_id prop_lines prune_alerts prune_attempts prune_inputs prune_notifications published_editions
    published_output record_delivery reject reject_count remove_breaker remove_probe retry_load revisions sent_since
    set_leader settle_task slate_box_score slate_final_score slate_player_history slate_player_shots step_days take_due
    take_task tasks ticks_since training_features unsettled_tasks update_alert update_task upstream_tasks world
}

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

/// A statement about a record, with its columns filled in. The record's table has the alias `t`.
pub(super) fn about<R: Record>(text: &str) -> String {
    let key = R::KEY.iter().map(|column| format!("t.{column}")).collect::<Vec<_>>().join(", ");
    text.replace("{columns}", &select_list::<R>("t")).replace("{key}", &key)
}

/// Reads a record from a row whose first columns, from `offset` on, are the record's.
pub(super) fn read_record<R: Record>(row: &Row<'_>, offset: usize) -> Result<R, Fault> {
    read_cells(row, offset, R::read).map_err(|fault| match fault {
        Fault::Corrupt(Corrupt(problem)) => Fault::Corrupt(Corrupt(format!("{}: {problem}", R::TABLE))),
        other => other,
    })
}

/// What `read` makes of a row's cells, from `offset` on.
pub(super) fn read_cells<T>(
    row: &Row<'_>,
    offset: usize,
    read: impl FnOnce(&mut Cells<'_>) -> Result<T, Corrupt>,
) -> Result<T, Fault> {
    let cell = |index: usize| -> Result<Value<'_>, Corrupt> {
        let value = row.get_ref(index + offset).map_err(|error| Corrupt(error.to_string()))?;
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(text) => {
                Value::Text(std::str::from_utf8(text).map_err(|error| Corrupt(error.to_string()))?.into())
            }
            ValueRef::Blob(bytes) => Value::Blob(bytes.into()),
        })
    };
    Ok(read(&mut Cells::new(&cell))?)
}

/// All records a statement selects.
pub(super) fn select<R: Record>(connection: &Connection, text: &str, params: impl Params) -> Result<Vec<R>, Fault> {
    let mut statement = connection.prepare_cached(&about::<R>(text))?;
    let mut rows = statement.query(params)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(read_record(row, 0)?);
    }
    Ok(records)
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
    let mut facts: Vec<Known<R>> = Vec::new();
    let mut places = Places::default();
    while let Some(row) = rows.next()? {
        let (known_at, provenance) = known(row, R::KEY.len() + R::CONTENT.len())?;
        let version = row.get(R::KEY.len() + R::CONTENT.len() + 2)?;
        places.note(key_bytes(row, R::KEY.len())?, Place { known_at, version, index: facts.len() });
        facts.push(Known::new(read_record(row, 0)?, known_at, provenance));
    }
    for (older, newer) in places.successions() {
        let replaced_at = facts[newer].known_at();
        facts[older].supersede(replaced_at);
    }
    Ok(facts)
}

/// When a row's fact became known and how we know that.
pub(super) fn known(row: &Row<'_>, offset: usize) -> Result<(jiff::Timestamp, Provenance), Fault> {
    let code = row.get_ref(offset + 1)?.as_str().unwrap_or_default();
    let provenance = Provenance::from_code(code).ok_or_else(|| Corrupt(format!("{code:?} is no provenance")))?;
    Ok((instant(row.get(offset)?)?, provenance))
}

/// Where the versions of each key are. Nearly every key has one, so only the others cost a list.
#[derive(Default)]
struct Places {
    first: HashMap<Box<[u8]>, Place>,
    several: HashMap<Box<[u8]>, Vec<Place>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    known_at: jiff::Timestamp,
    version: i64,
    index: usize,
}

impl Places {
    fn note(&mut self, key: Box<[u8]>, place: Place) {
        match self.first.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(place);
            }
            Entry::Occupied(occupied) => {
                let first = *occupied.get();
                self.several.entry(occupied.key().clone()).or_insert_with(|| vec![first]).push(place);
            }
        }
    }

    /// Each version with the one that replaced it.
    fn successions(self) -> impl Iterator<Item = (usize, usize)> {
        self.several.into_values().flat_map(|mut versions| {
            versions.sort_unstable();
            versions.windows(2).map(|pair| (pair[0].index, pair[1].index)).collect::<Vec<_>>()
        })
    }
}

/// A key's columns as bytes, each with its length.
fn key_bytes(row: &Row<'_>, columns: usize) -> Result<Box<[u8]>, Fault> {
    let mut bytes = Vec::with_capacity(24);
    for column in 0..columns {
        match row.get_ref(column)? {
            ValueRef::Integer(number) => bytes.extend(number.to_le_bytes()),
            ValueRef::Text(text) => {
                bytes.extend((text.len() as u32).to_le_bytes());
                bytes.extend(text);
            }
            other => return Err(Corrupt(format!("{other:?} in a key")).into()),
        }
    }
    Ok(bytes.into_boxed_slice())
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
