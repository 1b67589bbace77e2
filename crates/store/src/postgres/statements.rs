//! The statements, one a file, and how values and records pass between Rust and Postgres.

use std::error::Error;

use bytes::BytesMut;
use deadpool_postgres::GenericClient;
use domain::Known;
use futures::TryStreamExt;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::error::Fault;
use crate::rows::{Columns, Corrupt, ReadFacts, Record, Value, about, read_record};

crate::statements::statements!("postgres");

/// Parameters of a statement, in the order of their numbers.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

impl ToSql for Value<'_> {
    fn to_sql(&self, column: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            // A whole number may stand where any may.
            Value::Integer(number) if *column == Type::FLOAT8 => (*number as f64).to_sql(column, out),
            Value::Integer(number) if *column == Type::INT8 => number.to_sql(column, out),
            // SQLite keeps no sign of a zero, and both shall give back the same.
            Value::Real(number) if *column == Type::FLOAT8 => (number + 0.0).to_sql(column, out),
            Value::Text(text) if *column == Type::TEXT => text.to_sql(column, out),
            Value::Blob(bytes) if *column == Type::BYTEA => (&**bytes).to_sql(column, out),
            other => Err(Corrupt(format!("{other:?} is no {column}")).into()),
        }
    }

    fn accepts(column: &Type) -> bool {
        [Type::INT8, Type::FLOAT8, Type::TEXT, Type::BYTEA].contains(column)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(column: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *column {
            Type::INT8 => Value::Integer(i64::from_sql(column, raw)?),
            Type::FLOAT8 => Value::Real(f64::from_sql(column, raw)?),
            Type::BYTEA => Value::Blob(raw.into()),
            _ => Value::Text(<&str>::from_sql(column, raw)?.into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(column: &Type) -> bool {
        <Value<'_> as ToSql>::accepts(column)
    }
}

impl Columns for Row {
    fn column(&self, index: usize) -> Result<Value<'_>, Corrupt> {
        self.try_get(index).map_err(|error| Corrupt(error.to_string()))
    }
}

/// What `read` makes of each row a statement selects.
pub(super) async fn select_rows<T>(
    client: &impl GenericClient,
    text: &str,
    params: Params<'_>,
    read: impl Fn(&dyn Columns) -> Result<T, Corrupt> + Send,
) -> Result<Vec<T>, Fault> {
    let statement = client.prepare_cached(text).await?;
    let rows = client.query(&statement, params).await?;
    rows.iter().map(|row| Ok(read(row)?)).collect()
}

/// All records a statement selects.
pub(super) async fn select<R: Record>(
    client: &impl GenericClient,
    text: &str,
    params: Params<'_>,
) -> Result<Vec<R>, Fault> {
    select_rows(client, &about::<R>(text), params, |row| read_record(row, 0)).await
}

/// All versions of facts a statement selects, each sealed with the interval in which it was the newest. The statement
/// selects `known_at`, `provenance` and `version` after the columns; the order of its rows is the order of the facts.
pub(super) async fn select_facts<R: Record + Send>(
    client: &impl GenericClient,
    text: &str,
    params: Params<'_>,
) -> Result<Vec<Known<R>>, Fault> {
    let statement = client.prepare_cached(&about::<R>(text)).await?;
    let rows = client.query_raw(&statement, params.iter().copied()).await?;
    futures::pin_mut!(rows);
    let mut facts = ReadFacts::default();
    while let Some(row) = rows.try_next().await? {
        facts.add(&row)?;
    }
    Ok(facts.sealed())
}
