//! Records and facts out of a result's rows, and the statements that select them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::{Known, Provenance};
use jiff::Timestamp;

use super::{Cells, Columns, Corrupt, Record, Value, select_list};

/// A statement about a record, with its columns filled in. The record's table has the alias `t`.
pub(crate) fn about<R: Record>(text: &str) -> String {
    let key = R::KEY.iter().map(|column| format!("t.{column}")).collect::<Vec<_>>().join(", ");
    text.replace("{columns}", &select_list::<R>("t")).replace("{key}", &key)
}

/// The statement that selects the rows of one output set in order of their keys.
pub(crate) fn output_set<R: Record>(parameter: &str) -> String {
    let text = format!("SELECT {{columns}} FROM {} AS t WHERE t.output_id = {parameter} ORDER BY {{key}}", R::TABLE);
    about::<R>(&text)
}

/// Reads a record from a row whose columns, from `first` on, are the record's.
pub(crate) fn read_record<R: Record>(row: &dyn Columns, first: usize) -> Result<R, Corrupt> {
    R::read(&mut Cells::from(row, first)).map_err(|Corrupt(problem)| Corrupt(format!("{}: {problem}", R::TABLE)))
}

/// When a row's fact became known and how we know that: two columns, from `first` on.
pub(crate) fn read_known(row: &dyn Columns, first: usize) -> Result<(Timestamp, Provenance), Corrupt> {
    let mut cells = Cells::from(row, first);
    Ok((cells.instant()?, cells.code(Provenance::from_code)?))
}

/// Facts as they are read, every version. A row has the fact's columns, then `known_at`, `provenance` and `version`;
/// the order of the rows is the order of the facts.
pub(crate) struct ReadFacts<R> {
    facts: Vec<Known<R>>,
    places: Places,
}

impl<R> Default for ReadFacts<R> {
    fn default() -> Self {
        Self { facts: Vec::new(), places: Places::default() }
    }
}

impl<R: Record> ReadFacts<R> {
    /// Takes the next row.
    pub(crate) fn add(&mut self, row: &dyn Columns) -> Result<(), Corrupt> {
        let width = R::KEY.len() + R::CONTENT.len();
        let (known_at, provenance) = read_known(row, width)?;
        let version = Cells::from(row, width + 2).whole()?;
        let key = (0..R::KEY.len()).map(|column| row.column(column)).collect::<Result<Vec<_>, _>>()?;
        self.places.note(key_bytes(&key)?, Place { known_at, version, index: self.facts.len() });
        self.facts.push(Known::new(read_record(row, 0)?, known_at, provenance));
        Ok(())
    }

    /// The facts, each version sealed with the interval in which it was the newest.
    pub(crate) fn sealed(self) -> Vec<Known<R>> {
        let mut facts = self.facts;
        for (older, newer) in self.places.successions() {
            let replaced_at = facts[newer].known_at();
            facts[older].supersede(replaced_at);
        }
        facts
    }
}

/// Where the versions of each key are. Nearly every key has one, so only the others cost a list.
#[derive(Default)]
struct Places {
    first: HashMap<Box<[u8]>, Place>,
    several: HashMap<Box<[u8]>, Vec<Place>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    known_at: Timestamp,
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

/// A key's columns as bytes, each text with its length.
pub(crate) fn key_bytes(key: &[Value<'_>]) -> Result<Box<[u8]>, Corrupt> {
    let mut bytes = Vec::with_capacity(24);
    for value in key {
        match value {
            Value::Integer(number) => bytes.extend(number.to_le_bytes()),
            Value::Text(text) => {
                bytes.extend((text.len() as u32).to_le_bytes());
                bytes.extend(text.as_bytes());
            }
            other => return Err(Corrupt(format!("{other:?} in a key"))),
        }
    }
    Ok(bytes.into_boxed_slice())
}
