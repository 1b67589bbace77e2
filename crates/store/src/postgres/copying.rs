//! Many rows at once: binary COPY in, and arrays for comparing.

use deadpool_postgres::Transaction;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use crate::error::Fault;
use crate::rows::Writer;

/// Columns of a table, with their types as the database has them.
pub(super) struct Columns {
    table: &'static str,
    names: Vec<&'static str>,
    pub(super) types: Vec<Type>,
}

impl Columns {
    /// Asks once a connection.
    pub(super) async fn of(
        transaction: &Transaction<'_>,
        table: &'static str,
        names: Vec<&'static str>,
    ) -> Result<Self, Fault> {
        let statement = transaction.prepare_cached(&format!("SELECT {} FROM {table}", names.join(", "))).await?;
        let types = statement.columns().iter().map(|column| column.type_().clone()).collect();
        Ok(Self { table, names, types })
    }

    /// Adds rows of these columns, and returns how many.
    pub(super) async fn copy<'v>(
        &self,
        transaction: &Transaction<'_>,
        rows: impl Iterator<Item = Writer<'v>> + Send,
    ) -> Result<u64, Fault> {
        let text = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", self.table, self.names.join(", "));
        copy_in(transaction, &text, &self.types, rows).await
    }
}

/// Sends rows to a COPY statement, and returns how many there were.
pub(super) async fn copy_in<'v>(
    transaction: &Transaction<'_>,
    text: &str,
    types: &[Type],
    rows: impl Iterator<Item = Writer<'v>> + Send,
) -> Result<u64, Fault> {
    let statement = transaction.prepare_cached(text).await?;
    let writer = BinaryCopyInWriter::new(transaction.copy_in(&statement).await?, types);
    futures::pin_mut!(writer);
    for row in rows {
        writer.as_mut().write_raw(row.values()).await?;
    }
    Ok(writer.finish().await?)
}
