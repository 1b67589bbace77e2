//! Rows in memory that tests can alter, and the Parquet file they become.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use domain::GameDate;
use jiff::Timestamp;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Integer(i32),
    Number(f32),
    Flag(bool),
    Date(GameDate),
    Instant(Timestamp),
}

/// The kind of a column, each with the physical type that archives use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Flag,
    Date,
    Instant,
}

/// A row; what it does not hold is null.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row(BTreeMap<&'static str, Cell>);

/// A file to be.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) columns: Vec<(&'static str, Kind)>,
    pub(crate) rows: Vec<Row>,
}

impl Row {
    pub(crate) fn with(mut self, column: &'static str, cell: impl Into<Cell>) -> Self {
        self.set(column, cell);
        self
    }

    pub(crate) fn set(&mut self, column: &'static str, cell: impl Into<Cell>) {
        self.0.insert(column, cell.into());
    }

    pub(crate) fn clear(&mut self, column: &'static str) {
        self.0.remove(column);
    }

    pub(crate) fn integer(&self, column: &str) -> Option<i32> {
        match self.0.get(column) {
            Some(Cell::Integer(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        match self.0.get(column) {
            Some(Cell::Text(value)) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn number(&self, column: &str) -> Option<f32> {
        match self.0.get(column) {
            Some(Cell::Number(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn instant(&self, column: &str) -> Option<Timestamp> {
        match self.0.get(column) {
            Some(Cell::Instant(value)) => Some(*value),
            _ => None,
        }
    }

    /// The date a row is listed under.
    pub(crate) fn slate(&self) -> Option<GameDate> {
        match self.0.get("game_date").or_else(|| self.0.get("date")) {
            Some(Cell::Date(date)) => Some(*date),
            _ => None,
        }
    }
}

impl Frame {
    /// An empty file; the columns of a kind stand in one text.
    pub(crate) fn of(columns: &[(Kind, &'static str)]) -> Self {
        let columns = columns.iter().flat_map(|(kind, names)| names.split(' ').map(|name| (name, *kind)));
        Self { columns: columns.collect(), rows: Vec::new() }
    }

    pub(crate) fn rename(&mut self, from: &str, to: &'static str) {
        let column = self.columns.iter_mut().find(|(name, _)| *name == from).expect("a column of the frame");
        column.0 = to;
    }

    pub(crate) fn write(&self, path: &Path) {
        let fields: Vec<String> = self.columns.iter().map(|(name, kind)| kind.field(name)).collect();
        let schema = parse_message_type(&format!("message archive {{ {} }}", fields.join(" "))).unwrap();
        let properties = Arc::new(WriterProperties::builder().build());
        let mut file = SerializedFileWriter::new(File::create(path).unwrap(), Arc::new(schema), properties).unwrap();
        let mut group = file.next_row_group().unwrap();
        for (name, kind) in &self.columns {
            self.write_column(&mut group, name, *kind);
        }
        group.close().unwrap();
        file.close().unwrap();
    }

    fn write_column(&self, group: &mut SerializedRowGroupWriter<'_, File>, name: &str, kind: Kind) {
        let cells: Vec<Option<&Cell>> = self.rows.iter().map(|row| row.0.get(name)).collect();
        match kind {
            Kind::Text => put::<ByteArrayType>(group, &cells, |cell| match cell {
                Cell::Text(text) => ByteArray::from(text.as_str()),
                other => panic!("{name} holds text, not {other:?}"),
            }),
            Kind::Integer | Kind::Date => put::<Int32Type>(group, &cells, |cell| match cell {
                Cell::Integer(value) => *value,
                Cell::Date(date) => date.days_since("1970-01-01".parse().unwrap()),
                other => panic!("{name} holds integers or dates, not {other:?}"),
            }),
            Kind::Number => put::<FloatType>(group, &cells, |cell| match cell {
                Cell::Number(value) => *value,
                other => panic!("{name} holds numbers, not {other:?}"),
            }),
            Kind::Flag => put::<BoolType>(group, &cells, |cell| match cell {
                Cell::Flag(value) => *value,
                other => panic!("{name} holds flags, not {other:?}"),
            }),
            Kind::Instant => put::<Int64Type>(group, &cells, |cell| match cell {
                Cell::Instant(instant) => instant.as_microsecond(),
                other => panic!("{name} holds instants, not {other:?}"),
            }),
        }
    }
}

fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    cells: &[Option<&Cell>],
    value: impl Fn(&Cell) -> T::T,
) {
    let present: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    let values: Vec<T::T> = cells.iter().flatten().map(|cell| value(cell)).collect();
    let mut column = group.next_column().unwrap().expect("as many columns as the schema has");
    column.typed::<T>().write_batch(&values, Some(&present), None).unwrap();
    column.close().unwrap();
}

impl Kind {
    fn field(self, name: &str) -> String {
        match self {
            Self::Text => format!("optional binary {name} (STRING);"),
            Self::Integer => format!("optional int32 {name};"),
            Self::Number => format!("optional float {name};"),
            Self::Flag => format!("optional boolean {name};"),
            Self::Date => format!("optional int32 {name} (DATE);"),
            Self::Instant => format!("optional int64 {name} (TIMESTAMP(MICROS,true));"),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i32> for Cell {
    fn from(value: i32) -> Self {
        Self::Integer(value)
    }
}

impl From<f32> for Cell {
    fn from(value: f32) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<GameDate> for Cell {
    fn from(date: GameDate) -> Self {
        Self::Date(date)
    }
}

impl From<Timestamp> for Cell {
    fn from(instant: Timestamp) -> Self {
        Self::Instant(instant)
    }
}
