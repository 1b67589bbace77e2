//! How providers were asked, on SQLite.

use async_trait::async_trait;
use domain::GameDate;
use pipeline::ports::{ProviderDay, ProviderStore, StoreError};
use rusqlite::named_params;

use super::Sqlite;
use super::ledger::execute;
use super::statements::{select_rows, sql};
use crate::rows::providers::{provider_day, read_provider_day};

#[async_trait]
impl ProviderStore for Sqlite {
    async fn add_to_provider_day(&self, more: &ProviderDay) -> Result<(), StoreError> {
        let more = more.clone();
        let added =
            self.write(move |connection| execute(connection, sql::add_to_provider_day, &provider_day(&more)).map(drop));
        Ok(added.await?)
    }

    async fn provider_days(&self, since: GameDate) -> Result<Vec<ProviderDay>, StoreError> {
        let days = self.read(move |connection| {
            let named = named_params! { ":since": since.to_string() };
            select_rows(connection, sql::provider_days, named, read_provider_day)
        });
        Ok(days.await?)
    }
}
