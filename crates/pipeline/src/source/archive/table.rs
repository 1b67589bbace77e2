//! Typed reading of flat Parquet files, one row group at a time, with errors that say which column is at fault.

use std::collections::BTreeMap;

use domain::GameDate;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use parquet::basic::{LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;

use crate::RawPayload;
use crate::source::{RejectReason, Unreadable};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Flag,
    Date,
    Instant,
}

/// A column a parser needs.
pub(super) type Column = (&'static str, Kind);

/// An open Parquet file that has every column asked for, each of its kind.
pub(super) struct Table<'a> {
    subject: &'a str,
    reader: SerializedFileReader<bytes::Bytes>,
    columns: Vec<(Column, usize)>,
}

impl<'a> Table<'a> {
    /// Opens a payload and checks it for `columns`; others it may have are left alone.
    ///
    /// # Errors
    /// When it is no Parquet file, or a column is missing or of another kind.
    pub(super) fn open(payload: &'a RawPayload, columns: &[Column]) -> Result<Self, Unreadable> {
        let unreadable = |problem| Unreadable { subject: payload.subject.clone(), problem };
        let reader = SerializedFileReader::new(payload.body.clone()).map_err(|error| {
            unreadable(format!("not a whole Parquet file ({error}); it may be truncated: fetch or copy it again"))
        })?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let found: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
        let wanted: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let columns = columns
            .iter()
            .map(|column| {
                let (name, kind) = *column;
                let index = found
                    .iter()
                    .position(|candidate| *candidate == name)
                    .ok_or_else(|| unreadable(missing_column(name, &found, &wanted)))?;
                let descriptor = schema.column(index);
                if !holds(&descriptor, kind) {
                    let physical = descriptor.physical_type();
                    return Err(unreadable(format!(
                        "column `{name}` should hold {kind:?} values and holds {physical}"
                    )));
                }
                Ok((*column, index))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { subject: &payload.subject, reader, columns })
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> u64 {
        u64::try_from(self.reader.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// Calls `row` for every row in order.
    ///
    /// # Errors
    /// When a page cannot be decoded.
    pub(super) fn for_each(&self, mut row: impl FnMut(u64, Row<'_>)) -> Result<(), Unreadable> {
        let mut offset = 0;
        for index in 0..self.reader.num_row_groups() {
            let group = self.read_group(index).map_err(|error| Unreadable {
                subject: self.subject.to_owned(),
                problem: format!("row group {index} cannot be decoded ({error}); the file is damaged: copy it again"),
            })?;
            for position in 0..group.rows {
                row(offset + position as u64, Row { group: &group, position });
            }
            offset += group.rows as u64;
        }
        Ok(())
    }

    fn read_group(&self, index: usize) -> Result<Group, ParquetError> {
        let reader = self.reader.get_row_group(index)?;
        let rows =
            usize::try_from(reader.metadata().num_rows()).map_err(|error| ParquetError::External(error.into()))?;
        let mut columns = BTreeMap::new();
        for ((name, kind), column) in &self.columns {
            columns.insert(*name, read_column(reader.as_ref(), *column, *kind, rows)?);
        }
        Ok(Group { rows, columns })
    }
}

/// Says which column is missing, and which of those nobody asks for may be the one.
fn missing_column(name: &str, found: &[&str], wanted: &[&str]) -> String {
    let likeness = |candidate: &str| strsim::jaro_winkler(candidate, name);
    let spare = found.iter().filter(|candidate| !wanted.contains(candidate) && likeness(candidate) > 0.65);
    let nearest = spare.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let hint = nearest.map(|column| format!("; `{column}` looks like it")).unwrap_or_default();
    format!("column `{name}` is missing{hint}. Found: {}", found.join(", "))
}

fn holds(column: &ColumnDescriptor, kind: Kind) -> bool {
    let flat = column.max_rep_level() == 0 && column.max_def_level() <= 1;
    let physical = column.physical_type();
    flat && match kind {
        Kind::Text => physical == Physical::BYTE_ARRAY,
        Kind::Integer => matches!(physical, Physical::INT32 | Physical::INT64),
        Kind::Number => {
            matches!(physical, Physical::FLOAT | Physical::DOUBLE | Physical::INT32 | Physical::INT64)
        }
        Kind::Flag => physical == Physical::BOOLEAN,
        Kind::Date => physical == Physical::INT32,
        Kind::Instant => physical == Physical::INT64 && micros_per_unit(column).is_some(),
    }
}

/// Microseconds in one unit of a timestamp column, as a fraction.
fn micros_per_unit(column: &ColumnDescriptor) -> Option<(i64, i64)> {
    match column.logical_type_ref()? {
        LogicalType::Timestamp(stamp) => Some(match stamp.unit {
            TimeUnit::MILLIS => (1_000, 1),
            TimeUnit::MICROS => (1, 1),
            TimeUnit::NANOS => (1, 1_000),
        }),
        _ => None,
    }
}

/// The wanted columns of one row group.
struct Group {
    rows: usize,
    columns: BTreeMap<&'static str, Values>,
}

enum Values {
    Text(Vec<Option<ByteArray>>),
    Integer(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    Flag(Vec<Option<bool>>),
}

fn read_column(group: &dyn RowGroupReader, column: usize, kind: Kind, rows: usize) -> Result<Values, ParquetError> {
    let descriptor = group.metadata().column(column).column_descr_ptr();
    Ok(match group.get_column_reader(column)? {
        ColumnReader::ByteArrayColumnReader(reader) => Values::Text(read_all(reader, &descriptor, rows, |v| v)?),
        ColumnReader::BoolColumnReader(reader) => Values::Flag(read_all(reader, &descriptor, rows, |v| v)?),
        ColumnReader::FloatColumnReader(reader) => Values::Number(read_all(reader, &descriptor, rows, f64::from)?),
        ColumnReader::DoubleColumnReader(reader) => Values::Number(read_all(reader, &descriptor, rows, |v| v)?),
        ColumnReader::Int32ColumnReader(reader) if kind == Kind::Number => {
            Values::Number(read_all(reader, &descriptor, rows, f64::from)?)
        }
        ColumnReader::Int32ColumnReader(reader) => Values::Integer(read_all(reader, &descriptor, rows, i64::from)?),
        ColumnReader::Int64ColumnReader(reader) if kind == Kind::Number => {
            Values::Number(read_all(reader, &descriptor, rows, |v| v as f64)?)
        }
        ColumnReader::Int64ColumnReader(reader) => {
            let (times, over) = micros_per_unit(&descriptor).unwrap_or((1, 1));
            Values::Integer(read_all(reader, &descriptor, rows, |v| v.saturating_mul(times) / over)?)
        }
        ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => {
            return Err(ParquetError::General("unexpected physical type".to_owned()));
        }
    })
}

fn read_all<T: DataType, V>(
    mut reader: ColumnReaderImpl<T>,
    descriptor: &ColumnDescriptor,
    rows: usize,
    convert: impl Fn(T::T) -> V,
) -> Result<Vec<Option<V>>, ParquetError> {
    let mut values = Vec::with_capacity(rows);
    let mut present = Vec::with_capacity(rows);
    let nullable = descriptor.max_def_level() > 0;
    let (read, _, _) = reader.read_records(rows, nullable.then_some(&mut present), None, &mut values)?;
    if read != rows {
        return Err(ParquetError::General(format!("{read} of {rows} rows in column {}", descriptor.name())));
    }
    let mut values = values.into_iter().map(convert);
    Ok((0..rows).map(|row| if !nullable || present[row] > 0 { values.next() } else { None }).collect())
}

/// One row. Its getters fail with the reason the row must be rejected for.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    group: &'a Group,
    position: usize,
}

/// Why a row is rejected: the reason, and what exactly is wrong.
pub(super) type Rejection = (RejectReason, String);

impl<'a> Row<'a> {
    fn integer_in(self, column: &'static str) -> Option<i64> {
        match self.group.columns.get(column) {
            Some(Values::Integer(values)) => values[self.position],
            _ => None,
        }
    }

    /// Text, if there is any.
    pub(super) fn text_if_any(self, column: &'static str) -> Result<Option<&'a str>, Rejection> {
        let Some(Values::Text(values)) = self.group.columns.get(column) else { return Ok(None) };
        values[self.position].as_ref().map(ByteArray::as_utf8).transpose().map_err(|_| malformed(column, "not UTF-8"))
    }

    /// Text.
    pub(super) fn text(self, column: &'static str) -> Result<&'a str, Rejection> {
        self.text_if_any(column)?.ok_or_else(|| missing(column))
    }

    /// Text that reads as a domain value.
    pub(super) fn parse<T: std::str::FromStr<Err = domain::ParseError>>(
        self,
        column: &'static str,
    ) -> Result<T, Rejection> {
        self.text(column)?.parse().map_err(|error: domain::ParseError| malformed(column, error))
    }

    /// A whole number of the wanted width.
    pub(super) fn integer<T: TryFrom<i64>>(self, column: &'static str) -> Result<T, Rejection> {
        self.integer_if_any(column)?.ok_or_else(|| missing(column))
    }

    /// A whole number of the wanted width, if there is any.
    pub(super) fn integer_if_any<T: TryFrom<i64>>(self, column: &'static str) -> Result<Option<T>, Rejection> {
        let number = self.integer_in(column);
        number.map(|n| T::try_from(n).map_err(|_| malformed(column, format!("{n} is out of range")))).transpose()
    }

    /// A number, if there is any.
    pub(super) fn number_if_any(self, column: &'static str) -> Option<f64> {
        match self.group.columns.get(column) {
            Some(Values::Number(values)) => values[self.position],
            _ => None,
        }
    }

    /// A number.
    pub(super) fn number(self, column: &'static str) -> Result<f64, Rejection> {
        self.number_if_any(column).ok_or_else(|| missing(column))
    }

    /// Yes or no.
    pub(super) fn flag(self, column: &'static str) -> Result<bool, Rejection> {
        match self.group.columns.get(column) {
            Some(Values::Flag(values)) => values[self.position].ok_or_else(|| missing(column)),
            _ => Err(missing(column)),
        }
    }

    /// A calendar date.
    pub(super) fn date(self, column: &'static str) -> Result<GameDate, Rejection> {
        let days = self.integer_in(column).ok_or_else(|| missing(column))?;
        let epoch = Date::constant(1970, 1, 1);
        Span::new()
            .try_days(days)
            .and_then(|span| epoch.checked_add(span))
            .ok()
            .and_then(GameDate::new)
            .ok_or_else(|| malformed(column, format!("day {days} since 1970 is no date of a game")))
    }

    /// An instant, if there is any.
    pub(super) fn instant_if_any(self, column: &'static str) -> Result<Option<Timestamp>, Rejection> {
        let micros = self.integer_in(column);
        micros.map(|micros| Timestamp::from_microsecond(micros).map_err(|error| malformed(column, error))).transpose()
    }
}

fn missing(column: &'static str) -> Rejection {
    (RejectReason::MissingValue, format!("{column} is missing"))
}

pub(super) fn malformed(column: &'static str, problem: impl std::fmt::Display) -> Rejection {
    (RejectReason::Malformed, format!("{column}: {problem}"))
}
