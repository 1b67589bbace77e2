//! The store on a server: a pool of connections, each of them good for reading and for settling.

mod alerts;
mod answers;
mod changes;
mod claim;
mod connecting;
mod copying;
mod facts;
mod history;
mod ledger;
mod migrations;
mod named;
mod operations;
mod outputs;
mod oversight;
mod providers;
mod raw;
pub(crate) mod settle;
mod statements;
#[cfg(test)]
mod tests;
mod views;

use deadpool_postgres::{Client, Pool, Transaction};
use runtime::WorkerId;

use crate::error::Fault;
use crate::opening::{OpenError, Place};
use changes::Changes;
use connecting::Server;
#[cfg(test)]
pub(crate) use migrations::MIGRATIONS;

/// Settling may write hundreds of thousands of rows in one statement.
const SETTLING: &str = "SET LOCAL statement_timeout = '120s'";

/// A store on Postgres.
pub(crate) struct Postgres {
    pool: Pool,
    changes: Changes,
    worker: WorkerId,
}

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Reading and settling.
    Work,
    /// Looking, without any right to write.
    Look,
}

impl Postgres {
    /// Opens the store that a URL names for work, creating its tables if need be. Others may work there too.
    pub(crate) async fn create(url: &str) -> Result<Self, OpenError> {
        let (mut store, server) = Self::connect(url, Access::Work)?;
        let failed = |fault| OpenError::failed(server.place(), fault);
        let mut client = store.client().await.map_err(failed)?;
        migrations::apply(&mut client, &server.schema, &server.place()).await?;
        store.worker = connecting::new_worker(&client).await.map_err(failed)?;
        Ok(store)
    }

    /// Opens the store that a URL names for reading.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let (store, server) = Self::connect(url, Access::Look)?;
        let client = store.client().await.map_err(|fault| OpenError::failed(server.place(), fault))?;
        migrations::check(&client, &server.place()).await?;
        Ok(store)
    }

    fn connect(url: &str, access: Access) -> Result<(Self, Server), OpenError> {
        // What cannot be read as a URL is not repeated: it may hold a password.
        let unnamed = |fault| OpenError::failed(Place::Server("the place TIPOFF_STORE names".to_owned()), fault);
        let server = Server::parse(url).map_err(unnamed)?;
        let pool = server.pool(access).map_err(|fault| OpenError::failed(server.place(), fault))?;
        let changes = Changes::new(server.config(access), &server.schema);
        Ok((Self { pool, changes, worker: WorkerId::new("nobody") }, server))
    }

    /// This process at work, where it is open for that.
    pub(crate) fn worker(&self) -> WorkerId {
        self.worker.clone()
    }

    /// A connection that answers: one that broke since its last use is replaced.
    pub(crate) async fn client(&self) -> Result<Client, Fault> {
        Ok(self.pool.get().await?)
    }
}

/// A transaction that has time enough to settle.
pub(crate) async fn begin(client: &mut Client) -> Result<Transaction<'_>, Fault> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(SETTLING).await?;
    Ok(transaction)
}

/// Keeps other writers out of a table until the transaction ends; readers are not held up. What is compared with what
/// is there must not change in between.
async fn lock(transaction: &Transaction<'_>, table: &str) -> Result<(), Fault> {
    Ok(transaction.batch_execute(&format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")).await?)
}
